import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Abi, type Address, encodeFunctionData, type Hex, padHex, toHex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { rpc } from './chain/rpc.ts'
import { type ChainOptions, type SandboxChain, startChain, TOKEN_OWNER, VAULT_OWNER } from './chain.ts'
import vaultArtifact from '../../../contracts/artifacts/PayoutVault.json' with { type: 'json' }

const TREASURY_KEY: Hex = `0x${'7e'.repeat(32)}`
const TREASURY = privateKeyToAddress(TREASURY_KEY)
const VAULT = vaultArtifact.abi as Abi
const PAYEE: Address = `0x${'ab'.repeat(20)}`
const ONE_ETH: Hex = '0xde0b6b3a7640000'

type Receipt = { blockNumber: Hex; blockHash: Hex; status: Hex }

describe('the sandbox chain', () => {
  let folder = ''
  const running = new Set<SandboxChain>()

  const start = async (name: string, options: Partial<ChainOptions> = {}) => {
    const state_file = join(folder, name, 'chain.json')
    const chain = await startChain({
      state_file,
      port: 0,
      treasury_key: TREASURY_KEY,
      block_time_s: 0.1,
      ...options,
    })
    running.add(chain)
    return chain
  }
  const savedAt = async (name: string) => (await stat(join(folder, name, 'chain.json'))).mtimeMs
  const stop = async (chain: SandboxChain) => {
    running.delete(chain)
    await chain.stop()
  }
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'skiro-chain-'))
  })
  after(async () => {
    await Promise.all([...running].map(stop))
    await rm(folder, { recursive: true })
  })

  it('starts with both tokens and a funded treasury', async () => {
    const chain = await start('fresh')
    assert.equal(chain.chain_id, 31337)
    assert.equal(await rpc(chain.rpc_url, 'eth_chainId'), '0x7a69')
    assert.equal(await tokenBalance(chain, chain.tokens.USDT, TREASURY), 10_000_000_000_000n)
    assert.equal(await tokenBalance(chain, chain.tokens.USDC, TREASURY), 10_000_000_000_000n)
    assert.equal(await coinBalance(chain, TREASURY), 1_000n * 10n ** 18n)
    await stop(chain)
  })

  it('starts with a funded vault that the treasury operates and somebody else owns', async () => {
    const chain = await start('vault')
    for (const token of Object.values(chain.tokens)) {
      assert.equal(await tokenBalance(chain, token, chain.vault), 10_000_000_000_000n)
    }
    const read = async (functionName: 'operator' | 'owner') =>
      rpc<Hex>(chain.rpc_url, 'eth_call', [
        { to: chain.vault, data: encodeFunctionData({ abi: VAULT, functionName }) },
        'latest',
      ])
    assert.equal(BigInt(await read('operator')), BigInt(TREASURY))
    assert.equal(BigInt(await read('owner')), BigInt(VAULT_OWNER))
    await stop(chain)
    const again = await start('vault')
    assert.equal(again.vault, chain.vault)
    assert.equal(await tokenBalance(again, again.tokens.USDC, again.vault), 10_000_000_000_000n)
    await stop(again)
    // A state whose chain has no vault for this treasury gets one.
    const other = await start('vault', { treasury_key: `0x${'7f'.repeat(32)}` })
    assert.notEqual(other.vault, chain.vault)
    assert.equal(await tokenBalance(other, other.tokens.USDT, other.vault), 10_000_000_000_000n)
    await stop(other)
  })

  it('refuses a payee in the block of the next payment, out of the vault too', async () => {
    const chain = await start('refusal')
    const other: Address = `0x${'cd'.repeat(20)}`
    const told = await fetch(new URL('/_sim/refuse_payee', chain.sim_url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ asset: 'USDC', address: PAYEE, when: 'after_sending' }),
    })
    assert.equal(told.status, 200)
    const payBatch = async (id: number) => {
      const args = [toHex(id, { size: 32 }), chain.tokens.USDC, [other, PAYEE], [5n, 6n]] as const
      const data = encodeFunctionData({ abi: VAULT, functionName: 'pay', args })
      const receipt = await mined(
        chain,
        await sendTransaction(chain, { from: TREASURY, to: chain.vault, data }),
      )
      assert.equal(receipt.status, '0x1')
      return Promise.all([other, PAYEE].map(async (payee) => tokenBalance(chain, chain.tokens.USDC, payee)))
    }
    assert.deepEqual(await payBatch(1), [5n, 0n])
    assert.deepEqual(await payBatch(2), [10n, 6n])
    await stop(chain)
  })

  it('makes a sent transaction final by itself, then rests', async () => {
    const chain = await start('final')
    const receipt = await mined(chain, await pay(chain))
    assert.equal(receipt.status, '0x1')
    const finalHead = await until(async () => {
      const final = await height(chain, 'finalized')
      return final >= BigInt(receipt.blockNumber) ? final : undefined
    })
    await sleep(500)
    assert.equal(await height(chain, 'finalized'), finalHead)
    await stop(chain)
  })

  it('continues after a stop: same balances, blocks and receipts, and no second funding', async () => {
    const first = await start('restart')
    const hash = await pay(first)
    const receipt = await mined(first, hash)
    const drained = await sendTransaction(first, { from: TREASURY, to: PAYEE, value: ONE_ETH })
    await mined(first, drained)
    const treasury = await coinBalance(first, TREASURY)
    await stop(first)
    const second = await start('restart')
    assert.deepEqual(second.tokens, first.tokens)
    assert.deepEqual(await rpc(second.rpc_url, 'eth_getTransactionReceipt', [hash]), receipt)
    const block = await rpc<{ hash: Hex }>(second.rpc_url, 'eth_getBlockByNumber', [
      receipt.blockNumber,
      false,
    ])
    assert.equal(block.hash, receipt.blockHash)
    assert.equal(await coinBalance(second, PAYEE), 2n * 10n ** 18n)
    assert.equal(await coinBalance(second, TREASURY), treasury)
    assert.equal(await tokenBalance(second, second.tokens.USDT, TREASURY), 10_000_000_000_000n)
    await stop(second)
  })

  it('goes on making blocks when nobody sends anything', async () => {
    const chain = await start('quiet')
    // The two blocks that make the last transaction final come in any case.
    const settled = (await height(chain, 'latest')) + 2n
    await until(async () => ((await height(chain, 'latest')) > settled ? true : undefined))
    await stop(chain)
  })

  it('continues from the last save after the node is killed', async () => {
    const first = await start('killed')
    const hash = await pay(first)
    const receipt = await mined(first, hash)
    // A save that began after the block was there, so twice: one may have been under way.
    for (let saves = 0; saves < 2; saves++) {
      const saved = await savedAt('killed')
      await until(async () => (await savedAt('killed')) > saved || undefined)
    }
    process.kill(first.pid, 'SIGKILL')
    await stop(first)
    const second = await start('killed')
    assert.deepEqual(await rpc(second.rpc_url, 'eth_getTransactionReceipt', [hash]), receipt)
    await mined(second, await pay(second))
    await stop(second)
  })

  it('leaves no node behind when its own process is killed', async () => {
    const options = JSON.stringify({
      state_file: join(folder, 'left', 'c'),
      port: 0,
      treasury_key: TREASURY_KEY,
    })
    const module = JSON.stringify(new URL('chain.ts', import.meta.url).href)
    const script = `const { startChain } = await import(${module})
      console.log((await startChain(${options})).pid)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script])
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (line: Buffer) => resolve(Number(line.toString())))
    })
    assert.equal(process.kill(pid, 0), true)
    parent.kill('SIGKILL')
    await until(async () => {
      try {
        process.kill(pid, 0)
        return undefined
      } catch {
        return true
      }
    })
  })

  it('takes a free port when the wanted one is busy', async () => {
    const other = createServer((_, response) => response.end())
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve)
    })
    const address = other.address()
    assert.ok(address && typeof address === 'object')
    const chain = await start('port', { port: address.port })
    assert.notEqual(new URL(chain.rpc_url).port, String(address.port))
    await stop(chain)
    other.close()
  })

  it('says what is wrong with a state file that is not one', async () => {
    const state_file = join(folder, 'broken.json')
    await writeFile(state_file, '{"block":')
    await assert.rejects(start('broken', { state_file }), /test node did not start/)
  })
})

async function pay(chain: SandboxChain): Promise<Hex> {
  return sendTransaction(chain, { from: TOKEN_OWNER, to: PAYEE, value: ONE_ETH })
}

type Tx = { from: Address; to: Address; value?: Hex; data?: Hex }

async function sendTransaction(chain: SandboxChain, tx: Tx) {
  if (tx.from !== TOKEN_OWNER) await rpc(chain.rpc_url, 'anvil_impersonateAccount', [tx.from])
  return rpc<Hex>(chain.rpc_url, 'eth_sendTransaction', [tx])
}

async function mined(chain: SandboxChain, hash: Hex): Promise<Receipt> {
  return until(
    async () => (await rpc<Receipt | null>(chain.rpc_url, 'eth_getTransactionReceipt', [hash])) ?? undefined,
  )
}

async function until<T>(probe: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 100; i++) {
    const value = await probe()
    if (value !== undefined) return value
    await sleep(50)
  }
  throw new Error('It did not happen within five seconds.')
}

async function height(chain: SandboxChain, tag: string): Promise<bigint> {
  return BigInt((await rpc<{ number: Hex }>(chain.rpc_url, 'eth_getBlockByNumber', [tag, false])).number)
}

async function coinBalance(chain: SandboxChain, account: Address): Promise<bigint> {
  return BigInt(await rpc<Hex>(chain.rpc_url, 'eth_getBalance', [account, 'latest']))
}

async function tokenBalance(chain: SandboxChain, token: Address, account: Address): Promise<bigint> {
  const data = `0x70a08231${padHex(account, { size: 32 }).slice(2)}`
  return BigInt(await rpc<Hex>(chain.rpc_url, 'eth_call', [{ to: token, data }, 'latest']))
}
