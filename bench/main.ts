/**
 * `npm run bench [-- create|payments|webhooks|growth|profile|gas|bitcoin|page] [--write]`: measures against real servers, prints tables. With `--write` the
 * tables also go into bench/README.md. The last line of the output is for programs.
 */
import { parseArgs } from 'node:util'
import { startBenchWorld } from './benchWorld.ts'
import { bitcoinBench } from './bitcoin/bitcoinBench.ts'
import { createBench } from './create/createBench.ts'
import { gasBench, SIZES } from './gas/gasBench.ts'
import { growthBench } from './growth/growthBench.ts'
import { pageBench } from './page/pageBench.ts'
import { paymentsBench } from './payments/paymentsBench.ts'
import { profileCreate } from './profile/profileCreate.ts'
import { bitcoinTable } from './report/bitcoinTable.ts'
import { createTable } from './report/createTable.ts'
import { gasTable } from './report/gasTable.ts'
import { growthTable } from './report/growthTable.ts'
import { loadBefore, machineLine } from './report/machine.ts'
import { pageTable } from './report/pageTable.ts'
import { paymentsTable } from './report/paymentsTable.ts'
import { webhooksTable } from './report/webhooksTable.ts'
import { writeSection } from './report/writeSection.ts'
import { webhooksBench } from './webhooks/webhooksBench.ts'

const PARTS = ['create', 'payments', 'webhooks', 'growth', 'profile', 'gas', 'bitcoin', 'page'] as const
// Those that run without being named; the others take minutes, or slow down what they look at.
const USUAL: readonly string[] = ['create', 'payments']
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    sessions: { type: 'string', default: '5000000' },
    waiting: { type: 'string', default: '1000000' },
  },
})
const unknown = positionals.filter((name) => !PARTS.some((part) => part === name))
if (unknown.length > 0) {
  process.stderr.write(`There is no part ${unknown.join(', ')}. Parts: ${PARTS.join(', ')}\n`)
  process.exit(2)
}
const chosen = (part: (typeof PARTS)[number]) =>
  positionals.length === 0 ? USUAL.includes(part) : positionals.includes(part)
const say = (line: string) => void process.stderr.write(`  ${line}\n`)

const summary: string[] = []
if (chosen('gas')) {
  const rows = await gasBench()
  process.stdout.write(`\n${gasTable(rows)}\n`)
  if (values.write) await writeSection('gas', gasTable(rows))
  const [usdt] = rows
  summary.push(`gas_at_100_new_usdt=${usdt?.batched[SIZES.indexOf(100)]} single=${usdt?.single}`)
}
if (chosen('bitcoin')) {
  const rows = await bitcoinBench()
  process.stdout.write(`\n${bitcoinTable(rows)}\n`)
  if (values.write) await writeSection('bitcoin', bitcoinTable(rows))
  const at = (payees: number) => rows.find((row) => row.payees === payees)?.vb_per_payee.toFixed(1)
  summary.push(`single_vb=${at(1)} vb_at_100=${at(100)}`)
}
// What a transaction costs depends on neither the machine nor the servers.
if (!PARTS.some((part) => part !== 'gas' && part !== 'bitcoin' && chosen(part))) {
  process.stdout.write(`\n${summary.join(' ')}\n`)
  process.exit(0)
}

const { load, busy } = loadBefore()
if (busy) say(`The machine is busy (load ${load}): the figures will be lower than it can do.`)
say('starting PostgreSQL, chain, acquirer and venues')
const { world, stop } = await startBenchWorld()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stop().finally(() => process.exit(130)))
}
try {
  const machine = `${await machineLine(world.database.db)}; load before ${load}`
  const print = async (name: string, figures: string) => {
    process.stdout.write(`\n${figures}\n\n${machine}\n`)
    if (values.write) await writeSection(name, `${figures}\n\n${machine}`)
  }
  if (chosen('create')) {
    const figures = await createBench(world, say)
    await print('create', createTable(figures))
    const { ratio, p50_ms, p99_ms } = figures
    summary.push(`create_ratio=${ratio.toFixed(3)} p50_ms=${p50_ms.toFixed(1)} p99_ms=${p99_ms.toFixed(1)}`)
  }
  if (chosen('profile')) process.stdout.write(`\n${await profileCreate(world)}\n`)
  if (chosen('growth')) {
    const figures = await growthBench(world, Number(values.sessions), say)
    await print('growth', growthTable(figures))
    summary.push(`growth_kept=${figures.kept.toFixed(3)}`)
  }
  if (chosen('payments')) {
    const figures = await paymentsBench(world, say)
    await print('payments', paymentsTable(figures))
    summary.push(`payments_per_s=${figures.payments_per_s.toFixed(1)}`)
  }
  if (chosen('page')) {
    const figures = await pageBench(world, say)
    await print('page', pageTable(figures))
    const { largest_paint_ms, layout_shift, server_p99_ms } = figures
    summary.push(
      `page_lcp_ms=${largest_paint_ms.toFixed(0)} page_cls=${layout_shift.toFixed(3)} page_server_p99_ms=${server_p99_ms.toFixed(1)}`,
    )
  }
  if (chosen('webhooks')) {
    const figures = await webhooksBench(world, Number(values.waiting), say)
    await print('webhooks', webhooksTable(figures))
    const { ratio, idle_p50_ms } = figures
    summary.push(`webhook_ratio=${ratio.toFixed(3)} idle_p50_ms=${idle_p50_ms.toFixed(1)}`)
  }
} finally {
  await stop()
}
process.stdout.write(`\n${summary.join(' ')}\n`)
