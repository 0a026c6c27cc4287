import { listReports } from '../page/reports/reportStore.ts'
import { defineCommand } from './command.ts'
import { table } from './table.ts'

export const pageReports = defineCommand({
  name: 'page reports',
  summary: 'what customers’ browsers refused to run or load on the payment page',
  details: [
    'Browsers report what the page’s policy refused: a script or a frame that somebody put in on the way, or what an',
    'extension of the customer’s own browser tried. They are claims, which anybody can send. Kept for 90 days.',
  ].join('\n'),
  example: 'page reports --json',
  options: {},
  async run(_, { context }) {
    const reports = await listReports((await context()).db)
    const data = reports.map(({ times, first_at, last_at, ...report }) => ({
      ...report,
      times: Number(times),
      first_at,
      last_at,
    }))
    return {
      json: { object: 'list', data },
      text: table(
        ['RULE', 'REFUSED', 'FROM', 'TIMES', 'FIRST', 'LAST'],
        data.map((row) => Object.values(row)),
        'No browser has refused anything.',
      ),
    }
  },
})
