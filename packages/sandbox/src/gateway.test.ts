import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { after, test, type TestContext } from 'node:test'
import { ensureBrand } from './brand.ts'
import { type GatewayOptions, runGateway, startGateway } from './gateway.ts'
import { ensureMerchant } from './merchant.ts'
import { freePort } from './ports.ts'
import { isAlive, waitUntil } from './processes.ts'
import { readJson, writeJson } from './state.ts'

// A program that keeps the gateway's side of the bargain (commands, health, parent pipe) and can be told to fail:
// what is under test is how the sandbox treats a child process.
const PROGRAM = `
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
const words = process.argv.slice(2)
const [command] = words
if (command === 'all') {
  if (process.env.SKIRO_TEST_BROKEN) { console.error('cannot open the database'); process.exit(3) }
  if (process.env.SKIRO_PARENT_PIPE) process.stdin.resume().on('end', () => process.exit(0))
  createServer((request, response) => {
    if (request.url === '/crash') process.exit(9)
    response.end(JSON.stringify({ pid: process.pid, env: process.env }))
  }).listen(Number(process.env.SKIRO_PORT), '127.0.0.1')
} else {
  appendFileSync(process.env.SKIRO_TEST_CALLS, JSON.stringify(words) + '\\n')
  if (command === 'migrate') process.exit(Number(process.env.SKIRO_TEST_EXIT ?? 0))
  if (command === 'hang') setInterval(() => {}, 1000)
  if (words.slice(0, 2).join(' ') === 'merchant create') {
    console.log(JSON.stringify({ merchant_id: 'mer_1', api_key: 'sk_test_1', webhook_secret: 'whsec_1' }))
  }
}
`

const root = mkdtempSync(join(tmpdir(), 'skiro-gateway-'))
after(() => rmSync(root, { recursive: true, force: true }))
mkdirSync(join(root, 'packages', 'server', 'src'), { recursive: true })
writeFileSync(join(root, 'packages', 'server', 'src', 'main.ts'), PROGRAM)
writeFileSync(join(root, 'package.json'), '{"type":"module"}')
const calls = join(root, 'calls')

function options(env: Record<string, string> = {}, signal = new AbortController().signal): GatewayOptions {
  return { root, log_file: join(root, 'gateway.log'), signal, env: { SKIRO_TEST_CALLS: calls, ...env } }
}

async function start(t: TestContext, env: Record<string, string> = {}) {
  const port = await freePort('127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const pids: number[] = []
  const lines: string[] = []
  const gateway = await startGateway(options({ SKIRO_PORT: String(port), ...env }), url, {
    onProcess: (pid) => void pids.push(pid),
    onRestart: (line) => void lines.push(line),
  })
  t.after(() => gateway.stop())
  return { gateway, url, pids, lines }
}

/** What the program says first. Rejects when it ends without a word. */
async function firstWords(program: { stdout: Readable }): Promise<string> {
  for await (const words of program.stdout) return String(words)
  throw new Error('The program said nothing.')
}

test('the gateway gets its own settings and no other of ours', async (t) => {
  process.env['SKIRO_STRAY'] = 'stray'
  process.env['NODE_NO_WARNINGS'] = '1'
  t.after(() => {
    delete process.env['SKIRO_STRAY']
    delete process.env['NODE_NO_WARNINGS']
  })
  const { url, gateway, pids } = await start(t)
  const answer: { pid: number; env: Record<string, string> } = JSON.parse(await (await fetch(url)).text())
  const { PATH, HOME, NODE_NO_WARNINGS, SKIRO_PARENT_PIPE, SKIRO_STRAY } = answer.env
  assert.deepEqual([PATH, HOME, NODE_NO_WARNINGS], [process.env['PATH'], process.env['HOME'], '1'])
  assert.equal(SKIRO_PARENT_PIPE, '1')
  assert.equal(SKIRO_STRAY, undefined)
  assert.deepEqual(pids, [answer.pid])
  await gateway.stop()
  assert.equal(isAlive(answer.pid), false)
})

test('a crashed gateway is started again; one that crashes on and on is given up', async (t) => {
  const { url, gateway, pids, lines } = await start(t)
  let given_up: Error | null = null
  void gateway.given_up.then((error) => (given_up = error))
  while (given_up === null) {
    await fetch(`${url}/crash`).catch(() => null)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.match(String(given_up), /The gateway crashed 5 times in a minute/)
  assert.equal(pids.length, 5)
  assert.equal(lines.length, 4)
  assert.match(lines[0]!, /ended unexpectedly \(9\), it is started again\. Log: .*gateway\.log$/)
})

test('a gateway that does not come up is told with the end of its log', async (t) => {
  await assert.rejects(start(t, { SKIRO_TEST_BROKEN: '1' }), /did not start[^]*cannot open the database/)
})

test('a start can be broken off', async () => {
  const broken = new AbortController()
  const port = String(await freePort('127.0.0.1'))
  const pids: number[] = []
  const events = { onProcess: (pid: number) => void pids.push(pid), onRestart: () => undefined }
  const starting = startGateway(options({ SKIRO_PORT: port }, broken.signal), 'http://127.0.0.1:1', events)
  broken.abort()
  await assert.rejects(starting, { name: 'AbortError' })
  assert.equal(isAlive(pids[0]!), false)
  const hanging = new AbortController()
  const command = runGateway(options({}, hanging.signal), 'hang')
  setTimeout(() => hanging.abort(), 200)
  await assert.rejects(command, { name: 'AbortError' })
})

test('a failed command is told with its exit code', async () => {
  await assert.rejects(runGateway(options({ SKIRO_TEST_EXIT: '4' }), 'migrate'), /"migrate" failed \(4\)/)
})

test('the gateway ends when the sandbox is killed with -9', async () => {
  const port = await freePort('127.0.0.1')
  const own = JSON.stringify({ ...options({ SKIRO_PORT: String(port) }), signal: undefined })
  const code = `const { startGateway } = await import(${JSON.stringify(import.meta.resolve('./gateway.ts'))})
    const options = { ...${own}, signal: new AbortController().signal }
    let pid
    await startGateway(options, 'http://127.0.0.1:${port}', { onProcess: (started) => (pid = started) })
    console.log(pid)`
  const program = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = Number(await firstWords(program))
  assert.equal(isAlive(pid), true)
  program.kill('SIGKILL')
  assert.equal(await waitUntil(() => !isAlive(pid), 5_000), true)
})

test('the merchant is made once per database, and told when the shop moves or a wallet is new', async () => {
  rmSync(calls, { force: true })
  const file = join(root, 'merchant.json')
  const wallet = '0x00000000000000000000000000000000000000aa'
  const webhook_url = 'http://127.0.0.1:1/webhooks/skiro'
  const wishes = { database_id: '1', webhook_url, wallet, bitcoin_wallet: 'bcrt1q' } as const
  const first = await ensureMerchant(file, wishes, options())
  assert.deepEqual(first, { merchant_id: 'mer_1', api_key: 'sk_test_1', webhook_secret: 'whsec_1' })
  assert.deepEqual(await ensureMerchant(file, wishes, options()), first)
  const moved = 'http://127.0.0.1:2/webhooks/skiro'
  await ensureMerchant(file, { ...wishes, webhook_url: moved }, options())
  await ensureMerchant(file, { ...wishes, webhook_url: moved }, options())
  await ensureMerchant(file, { ...wishes, webhook_url: moved, bitcoin_wallet: 'bcrt1p' }, options())
  await ensureMerchant(file, { ...wishes, database_id: '2' }, options())
  const made: string[][] = readFileSync(calls, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    made.map((words) => words.slice(0, 2).join(' ')),
    ['merchant create', 'merchant set-webhook', 'wallet set', 'merchant create'],
  )
  assert.deepEqual(made[0]!.slice(2), [
    ...['--json', '--name', 'Fern & Field', '--email', 'owner@example.com', '--mode', 'test'],
    ...['--webhook-url', wishes.webhook_url],
    ...['USDT', 'USDC', 'ETH'].map((currency) => `--wallet=${currency}=ethereum:${wallet}`),
    '--wallet=BTC=bitcoin:bcrt1q',
  ])
  assert.deepEqual(made[1]!.slice(2), ['--merchant', 'mer_1', '--mode', 'test', '--url', moved])
  assert.deepEqual(made[2]!.slice(2), [
    ...['--merchant', 'mer_1', '--mode', 'test', '--currency', 'BTC'],
    ...['--network', 'bitcoin', '--address', 'bcrt1p'],
  ])
  assert.equal(readJson<{ database_id: string }>(file)!.database_id, '2')
})

test('the payment page gets the look of the shop once per look', async () => {
  rmSync(calls, { force: true })
  const file = join(root, 'merchant.json')
  writeJson(file, { merchant_id: 'mer_1', webhook_secret: 'whsec_1' })
  const shop_url = 'http://127.0.0.1:4243'
  await ensureBrand(file, shop_url, options())
  await ensureBrand(file, shop_url, options())
  await ensureBrand(file, 'http://127.0.0.1:4244', options())
  const [first = [], second = [], ...more]: string[][] = readFileSync(calls, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(more, [])
  assert.deepEqual(first.slice(0, 6), ['merchant', 'brand', '--merchant', 'mer_1', '--mode', 'test'])
  assert.ok(first.includes(`${shop_url}/terms`))
  assert.ok(second.includes('http://127.0.0.1:4244/terms'))
  assert.equal(readJson<{ webhook_secret: string }>(file)!.webhook_secret, 'whsec_1')
})
