/**
 * The Bitcoin node of the sandbox, a process of its own: `node program.ts <folder> <port> <treasury> <block seconds>`.
 * Its password comes as the first line of standard input; when standard input ends, it closes in order. It prints one
 * line of JSON, `{ port }`, once it is ready.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { keepMining } from './keepMining.ts'
import { blockMethods } from './methods/blocks.ts'
import { simMethods } from './methods/sim.ts'
import { transactionMethods } from './methods/transactions.ts'
import { walletMethods } from './methods/wallet.ts'
import { openNode } from './openNode.ts'
import { createRpcServer } from './rpcServer.ts'
import { fundTreasury } from './treasury.ts'
import { loadWaiting, saveWaiting } from './waiting.ts'

const [folder = '', port = '0', treasury = '', block_time = '0'] = process.argv.slice(2)
const lines = createInterface({ input: process.stdin })
const password = await new Promise<string>((resolve) => {
  lines.once('line', resolve)
})
const ended = new Promise<void>((resolve) => {
  lines.once('close', () => resolve())
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
})

const watched_file = join(folder, 'watched.json')
const waiting_file = join(folder, 'waiting.json')
const kept = existsSync(watched_file) ? (JSON.parse(readFileSync(watched_file, 'utf8')) as string[]) : []
const node = await openNode(join(folder, 'chain'), new Set([...kept, treasury]))
await loadWaiting(node, waiting_file)
await fundTreasury(node, treasury)
const methods = { ...blockMethods, ...transactionMethods, ...walletMethods(watched_file), ...simMethods }
const { server, inTurn } = createRpcServer(node, methods, password)
await new Promise<void>((resolve, reject) => {
  server.once('error', reject)
  server.listen(Number(port), '127.0.0.1', resolve)
})
const stopMining = keepMining(node, inTurn, Number(block_time) * 1000)
process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`)

await ended
server.close()
server.closeAllConnections()
await stopMining()
await inTurn(async () => {
  saveWaiting(node, waiting_file)
  await node.full.close()
})
process.exit(0)
