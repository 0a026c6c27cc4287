import { checkPage } from '../page/inventory/checkPage.ts'
import { SkiroError } from '../lib/errors.ts'
import { defineCommand } from './command.ts'

export const pageCheck = defineCommand({
  name: 'page check',
  summary: 'compare the payment page, as it arrives, with the inventory of its scripts',
  details: [
    'Fetches a page at the public address, with all that stands between: every script, header and frame must be the one',
    'of payment-page-scripts.json (PCI DSS 6.4.3 and 11.6.1). Workers look once a day. Exit code 1 when anything differs.',
  ].join('\n'),
  example: 'page check --json',
  options: {},
  async run(_values, { context }) {
    const { url, reached, differences } = await checkPage(await context('adapters'))
    if (!reached) {
      throw new SkiroError('unavailable', {
        message: `${url} does not answer from here. Is SKIRO_PUBLIC_URL right, and may this machine reach it?`,
      })
    }
    return {
      json: { object: 'page_check', url, differences },
      text: differences.length === 0 ? `${url} is what it should be.\n` : `${differences.join('\n')}\n`,
      failed: differences.length > 0,
    }
  },
})
