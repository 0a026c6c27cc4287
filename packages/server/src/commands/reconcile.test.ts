import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { testDatabase } from '../../../../test/support/database.ts'
import { TEST_MODE } from '../../../../test/support/gatewayContext.ts'
import { runCommand } from './runCommand.ts'

const database = await testDatabase()
const { db } = database
after(() => database.drop())

Object.assign(process.env, {
  SKIRO_DATABASE_URL: database.url,
  SKIRO_PUBLIC_URL: 'https://pay.example',
  SKIRO_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  ...TEST_MODE,
})

async function run(...words: string[]) {
  let [stdout, stderr] = ['', '']
  const status = await runCommand(words, {
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
  })
  return { status, stdout, stderr }
}

test('reconcile refuses what is no date, a mode that is not set up, and a world that does not answer', async () => {
  for (const [words, message] of [
    [['--since', 'yesterday'], /--since must be a date like 2026-11-01/],
    [['--since', '2026-13-45'], /--since must be a date/],
    [['--mode', 'live'], /live mode is not set up/],
    [[], /ethereum/],
  ] as const) {
    const { status, stdout, stderr } = await run('reconcile', ...words)
    assert.deepEqual([status, stdout], [1, ''], words.join(' '))
    assert.match(stderr, message)
  }
})

test('treasury release lets a mode go, once, and wants both of network and address', async () => {
  const one = await run('treasury', 'release', '--network', 'ethereum')
  assert.equal(one.status, 2)
  assert.match(one.stderr, /Give both of --network and --address, or none/)
  await db.query(`insert into payout_guard (livemode, hold_reason, database_oid) values (false, 'a copy', 1)`)
  const { status, stdout } = await run('treasury', 'release')
  assert.deepEqual([status, stdout], [0, 'Payouts of test mode are made again. They were held: a copy.\n'])
  const again = await run('treasury', 'release')
  assert.equal(again.status, 1)
  assert.match(again.stderr, /Payouts of test mode are not on hold/)
})
