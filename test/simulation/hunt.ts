/**
 * `node test/simulation/hunt.ts <seeds>`: runs seeds until something is wrong, and prints which seed and what. For
 * `npm run mutants`, which breaks the gateway on purpose first.
 */
import { checkBooks } from '../invariants/checkBooks.ts'
import { checkChains } from '../invariants/checkChains.ts'
import { quickDatabase } from './quickDatabase.ts'
import { runSeed } from './runSeed.ts'

const GROUP = 10

const { db, slow, drop } = await quickDatabase()
const seeds = Number(process.argv[2])
let found: string | undefined
let n = 0
for (; n < seeds && found === undefined; n++) {
  const { verdict } = await runSeed(db, String(n)).catch((error: unknown) => ({
    verdict: { problems: [`threw: ${String(error)}`], merchants: [] },
  }))
  ;[found] = verdict.problems
  if (found === undefined && n % GROUP === GROUP - 1)
    [found] = [...(await checkChains(db, verdict.merchants)), ...(await checkBooks(slow))]
}
process.stdout.write(`${JSON.stringify({ seeds: n, found: found ?? null })}\n`)
await drop()
