/** The control of the crash tests: a payout worker without their precautions, killed at the same place, pays twice. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { startChain } from '../../packages/sandbox/src/chain.ts'
import { transfersTo } from '../support/judge.ts'
import { eventually } from '../support/pay.ts'

const WORKER = new URL('naiveWorker.ts', import.meta.url).pathname
const AMOUNT = 42_388_225n

test('"send, then save" killed in between pays twice, and the judge sees it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-naive-'))
  const treasury_key = generatePrivateKey()
  const chain = await startChain({ state_file: join(folder, 'chain.json'), port: 0, treasury_key })
  try {
    const merchant = privateKeyToAddress(generatePrivateKey())
    const run = async (dies: 'dies' | 'lives') => {
      const { rpc_url, tokens } = chain
      const args = [rpc_url, treasury_key, tokens.USDT, merchant, String(AMOUNT), join(folder, 'sent'), dies]
      const child = spawn(process.execPath, [WORKER, ...args], { stdio: ['ignore', 'inherit', 'inherit'] })
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
      return code ?? signal
    }
    assert.equal(await run('dies'), 'SIGKILL')
    assert.equal(await run('lives'), 0)
    assert.equal(await run('lives'), 0, 'once it has remembered, it stays quiet')
    const transfers = await eventually('two transfers', 20, async () => {
      const found = await transfersTo({ chain }, 'USDT', merchant)
      return found.length >= 2 ? found : null
    })
    assert.deepEqual(transfers, [AMOUNT, AMOUNT])
  } finally {
    await chain.stop()
    await rm(folder, { recursive: true, force: true })
  }
})
