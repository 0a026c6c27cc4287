/**
 * How payouts are often written: send, then remember that it was sent. Here only to show that the judges of the crash
 * tests see the double payment that it makes when it dies in between.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { type Address, type Hex, createWalletClient, http, parseAbi } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { anvil } from 'viem/chains'

const [rpc_url, key, token, to, amount, remembered, dies] = process.argv.slice(2) as [
  string,
  Hex,
  Address,
  Address,
  string,
  string,
  'dies' | 'lives',
]

if (!existsSync(remembered)) {
  const client = createWalletClient({
    account: privateKeyToAccount(key),
    chain: anvil,
    transport: http(rpc_url),
  })
  const hash = await client.writeContract({
    address: token,
    abi: parseAbi(['function transfer(address to, uint256 value)']),
    functionName: 'transfer',
    args: [to, BigInt(amount)],
  })
  if (dies === 'dies') process.kill(process.pid, 'SIGKILL')
  writeFileSync(remembered, hash)
}
