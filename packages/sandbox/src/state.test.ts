import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parseEnv } from 'node:util'
import { Worker } from 'node:worker_threads'
import { removeState } from './removeState.ts'
import { addressOf, loadSecrets } from './secrets.ts'
import { logTail, openLog, readJson, statePaths, writeEnv, writeJson } from './state.ts'

const dir = mkdtempSync(join(tmpdir(), 'skiro-state-'))
after(() => rmSync(dir, { recursive: true, force: true }))

test('what is written is read again, by the owner only', () => {
  const file = join(dir, 'a.json')
  assert.equal(readJson(file), null)
  writeJson(file, { a: 1 })
  writeJson(file, { a: 2 })
  assert.deepEqual(readJson(file), { a: 2 })
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('settings are read again as they were, by the owner only', () => {
  const file = join(dir, 'gateway.env')
  const settings = {
    SKIRO_A: '{"url":"http://127.0.0.1:1/?a=b#c","$x":"\\\\n"}',
    SKIRO_B: '',
    SKIRO_C: ' 1 ',
  }
  writeEnv(file, settings)
  assert.deepEqual({ ...parseEnv(readFileSync(file, 'utf8')) }, settings)
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a reader sees the old or the new content, never a part', async () => {
  const file = join(dir, 'torn.json')
  writeJson(file, { text: 'a'.repeat(300_000) })
  // Until both were read: how fast it writes is the machine's to say.
  const is_enough = new Int32Array(new SharedArrayBuffer(4))
  const code = `const { workerData } = await import('node:worker_threads')
    const { writeJson } = await import(${JSON.stringify(import.meta.resolve('./state.ts'))})
    for (let n = 0; n < 12 || Atomics.load(workerData, 0) === 0; n++)
      writeJson(${JSON.stringify(file)}, { text: (n % 2 ? 'a' : 'b').repeat(300_000) })`
  const writer = new Worker(`import(${JSON.stringify(`data:text/javascript,${encodeURIComponent(code)}`)})`, {
    eval: true,
    workerData: is_enough,
  })
  let ended = false
  const end = new Promise<void>((resolve, reject) => {
    writer.once('exit', () => {
      ended = true
      resolve()
    })
    writer.once('error', reject)
  })
  const seen = new Set<string>()
  try {
    while (!ended) {
      const { text } = readJson<{ text: string }>(file)!
      assert.equal(text.length, 300_000)
      seen.add(text[0]!)
      if (seen.size === 2) Atomics.store(is_enough, 0, 1)
      await new Promise((resolve) => setImmediate(resolve))
    }
  } finally {
    Atomics.store(is_enough, 0, 1)
  }
  await end
  assert.deepEqual([...seen].toSorted(), ['a', 'b'])
})

test('a write that fails leaves the old content and no draft', () => {
  const folder = join(dir, 'failing')
  mkdirSync(folder)
  const file = join(folder, 'b.json')
  writeJson(file, { b: 1 })
  const circle: { self?: unknown } = {}
  circle.self = circle
  assert.throws(() => writeJson(file, circle), TypeError)
  assert.deepEqual(readJson(file), { b: 1 })
  assert.deepEqual(readdirSync(folder), ['b.json'])
})

test('a damaged file is named', () => {
  const file = join(dir, 'c.json')
  writeFileSync(file, '{"c":')
  assert.throws(() => readJson(file), /c\.json is damaged\. Remove it, or start with --fresh\./)
})

test('secrets are made once; what a newer version adds is made later', () => {
  const file = join(dir, 'secrets.json')
  const first = loadSecrets(file)
  assert.equal(Buffer.from(first.key_encryption_key, 'base64').length, 32)
  assert.match(addressOf(first.merchant_key), /^0x[0-9a-fA-F]{40}$/)
  assert.notEqual(first.merchant_key, first.treasury_key)
  assert.deepEqual(loadSecrets(file), first)
  const { merchant_key: _, ...older } = first
  writeJson(file, older)
  const completed = loadSecrets(file)
  assert.equal(completed.treasury_key, first.treasury_key)
  assert.notEqual(completed.merchant_key, first.merchant_key)
  assert.deepEqual(loadSecrets(file), completed)
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a log is continued, set aside when it is long, and its end can be shown', () => {
  const file = join(dir, 'logs', 'a.log')
  writeFileSync(openLog(file), 'one\n')
  writeFileSync(openLog(file), 'two\nthree\n')
  assert.equal(readFileSync(file, 'utf8'), 'one\ntwo\nthree\n')
  assert.equal(logTail(file, 2), 'two\nthree')
  assert.equal(logTail(`${file}.none`), '')
  truncateSync(file, 21 * 1024 * 1024)
  writeFileSync(openLog(file), 'four\n')
  assert.equal(readFileSync(file, 'utf8'), 'four\n')
  assert.equal(statSync(`${file}.old`).size, 21 * 1024 * 1024)
})

test('a fresh start removes what the sandbox keeps and nothing else', () => {
  const paths = statePaths(join(dir, 'fresh'))
  for (const folder of [paths.chain, paths.acquirer, paths.shop, join(paths.postgres, 'data')]) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'content'), '')
  }
  for (const file of [
    paths.ports,
    paths.secrets,
    paths.merchant,
    paths.sandbox,
    paths.gateway_log,
    paths.lock,
  ]) {
    writeFileSync(file, '')
  }
  writeFileSync(join(paths.dir, 'notes.txt'), 'mine')
  removeState(paths)
  assert.deepEqual(readdirSync(paths.dir).sort(), ['notes.txt', 'sandbox.lock'])
  assert.equal(existsSync(paths.dir), true)
})
