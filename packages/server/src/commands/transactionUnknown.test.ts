import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { rowsDatabase } from '../../../../test/support/rows.ts'
import type { Context } from '../context.ts'
import { parseCall } from './parseCall.ts'
import { COMMANDS } from './commands.ts'
import { unknownCharges } from './doctor/workChecks.ts'
import { transactionEnd } from './transactionEnd.ts'
import { transactionUnknown } from './transactionUnknown.ts'

const { db, transaction, drop } = await rowsDatabase()
after(drop)
// Only the database is asked for; the way to the acquirer is test/flows/unknownOutcomes.test.ts.
const ctx = { db, modes: { test: null, live: null } } as unknown as Context
const surroundings = {
  config: () => assert.fail('not asked'),
  context: () => Promise.resolve(ctx),
}
const [MERCHANT, ID] = ['mer_01jf2m8s5v0x3c9q6w4e7r1t2y', 'txn_01jf2m8s5v0x3c9q6w4e7r1t2y']
const patient = { ctx } as Parameters<typeof unknownCharges.run>[0]

test('charges that need a person are listed, the oldest first, and the doctor fails', async () => {
  const none = await transactionUnknown.run({}, surroundings)
  assert.equal(none?.text, 'No charge needs a person.\n')
  assert.deepEqual((await unknownCharges.run(patient))[0]?.verdict, 'ok')
  await transaction()
  await transaction({
    id: 'txn_b',
    state: 'capturing',
    acquirer_ref: 'pay_b',
    unknown_since: '2026-02-02T00:00:00Z',
  })
  await transaction({ id: 'txn_a', unknown_since: '2026-01-01T00:00:00Z' })
  const said = await transactionUnknown.run({}, surroundings)
  assert.ok(said)
  const { data } = said.json as { data: Record<string, unknown>[] }
  assert.deepEqual(
    data.map(({ transaction: id, state, reference, mode }) => [id, state, reference, mode]),
    [
      ['txn_a', 'authorizing', null, 'test'],
      ['txn_b', 'capturing', 'pay_b', 'test'],
    ],
  )
  const [finding] = await unknownCharges.run(patient)
  assert.equal(finding?.verdict, 'fail')
  assert.match(finding?.message ?? '', /: 2, the first is txn_a, authorizing at simulator\.$/)
})

test('to end one needs ids that can be', async () => {
  const end = (words: string[]) => {
    const call = parseCall(['transaction', 'end', ...words], COMMANDS)
    return call.kind === 'run' ? call.command.name : call.kind
  }
  assert.equal(end(['--merchant', MERCHANT, '--transaction', ID]), 'transaction end')
  const run = (merchant: string, id: string) =>
    transactionEnd.run({ merchant, mode: 'test', transaction: id }, surroundings)
  await assert.rejects(run(MERCHANT, 'po_1'), { code: 'invalid_request', param: 'transaction' })
  await assert.rejects(run('shop', ID), { code: 'invalid_request', param: 'merchant' })
  await assert.rejects(run(MERCHANT, ID), { code: 'not_found' })
})
