import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openTreasuryWorld } from '../../../../test/support/treasuryWorld.ts'
import { createPotWatch } from './watchPots.ts'

const POT = { network: 'ethereum', asset: 'USDT', alarm: '60', max: '2000' }
const world = await openTreasuryWorld({ pots: [POT] })
after(() => world.close())

test('a wallet below its alarm is told of, once; so is one that is filled again, or too full', async () => {
  const told: string[] = []
  const to = (level: string) => (_fields: object, message: string) => void told.push(`${level}: ${message}`)
  const log = { ...world.ctx.log, error: to('error'), warn: to('warn'), info: to('info') }
  // The chain of this world does not answer, which is another domain's warning.
  const ports = { ...world.ports, refreshPot: () => Promise.resolve() }
  const watch = createPotWatch({ ...world.ctx, log: log as unknown as typeof world.ctx.log }, ports)
  await watch(false)
  assert.deepEqual(told, [], 'what was never read is not low')
  for (const balance of [59_999_999n, 59_999_999n, 60_000_000n, 2_000_000_001n]) {
    await world.holds(balance)
    await watch(false)
  }
  assert.deepEqual(told, [
    'error: the treasury is below its alarm',
    'info: the treasury is filled again',
    'warn: a wallet holds more than it should',
  ])
})
