/**
 * Payout workers as they are often written, several on one table; here only to show that the judge of the proof finds
 * what they do wrong. `send`: sends, then saves the hash. `resend`: saves the signed transaction first, and signs
 * another one, with a new nonce, when the first has no receipt after a while. Both take the next nonce from the node.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Address,
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  http,
  keccak256,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { anvil } from 'viem/chains'
import { openDb } from '../../packages/server/src/db/sql.ts'

type Row = {
  id: string
  token: Address
  address: Address
  amount: bigint
  hash: Hex | null
  raw: Hex | null
  old: boolean
}

const PATIENCE_SECONDS = 1
const [how, database_url, rpc_url, key] = process.argv.slice(2) as ['send' | 'resend', string, string, Hex]
const db = openDb(database_url, { max: 2 })
const account = privateKeyToAccount(key)
// Not every client repeats reads by itself, and one that does not takes a lost answer for "no receipt".
const transport = http(rpc_url, how === 'resend' ? { retryCount: 0 } : {})
const wallet = createWalletClient({ account, chain: anvil, transport })
const reader = createPublicClient({ chain: anvil, transport })

process.stdout.write('ready\n')
for (;;) {
  try {
    const row = await take()
    if (row) await (how === 'send' ? send(row) : resend(row))
    else await sleep(100)
  } catch {
    await sleep(100)
  }
}

/** Whatever is not done and nobody else has taken within the last two seconds. */
async function take(): Promise<Row | undefined> {
  const { rows } = await db.query<Row>(
    `update naive_payout set taken_until = now() + interval '2 seconds' where id =
       (select id from naive_payout where not done and taken_until <= now() order by taken_until limit 1 for update skip locked)
     returning id, token, address, amount, hash, raw, signed_at < now() - $1 * interval '1 second' old`,
    [PATIENCE_SECONDS],
  )
  return rows[0]
}

async function send({ id, token, address, amount }: Row): Promise<void> {
  const hash = await wallet.writeContract({
    address: token,
    abi: erc20Abi,
    functionName: 'transfer',
    args: [address, amount],
  })
  await db.query('update naive_payout set hash = $2, done = true where id = $1', [id, hash])
}

async function resend({ id, token, address, amount, hash, raw, old }: Row): Promise<void> {
  if (hash) {
    const receipt = await reader.getTransactionReceipt({ hash }).catch(() => null)
    if (receipt) return void (await db.query('update naive_payout set done = true where id = $1', [id]))
    if (raw && !old) return void (await reader.sendRawTransaction({ serializedTransaction: raw }))
  }
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [address, amount] })
  const request = await wallet.prepareTransactionRequest({ to: token, data })
  const signed = await wallet.signTransaction(request)
  await db.query('update naive_payout set hash = $2, raw = $3, signed_at = now() where id = $1', [
    id,
    keccak256(signed),
    signed,
  ])
  await reader.sendRawTransaction({ serializedTransaction: signed })
}
