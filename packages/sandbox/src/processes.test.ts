import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { takeLock } from './lock.ts'
import {
  endProcesses,
  isAlive,
  isRunning,
  processCommand,
  processStart,
  sendSignal,
  stopChild,
  waitUntil,
} from './processes.ts'
import { openProcessList } from './processList.ts'
import { writeJson } from './state.ts'
import { createStopList } from './stopList.ts'

const dir = mkdtempSync(join(tmpdir(), 'skiro-processes-'))
after(() => rmSync(dir, { recursive: true, force: true }))

const STUBBORN = ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')"]

async function stubborn() {
  const child = spawn(process.execPath, STUBBORN, { stdio: ['ignore', 'pipe', 'ignore'] })
  await firstWords(child)
  return child
}

/** What the program says first. Rejects when it ends without a word. */
async function firstWords(program: { stdout: Readable }): Promise<string> {
  for await (const words of program.stdout) return String(words)
  throw new Error('The program said nothing.')
}

test('a process is known by pid and start', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  const identity = { pid: child.pid!, started: processStart(child.pid!)! }
  assert.equal(isRunning(identity), true)
  assert.equal(isRunning({ ...identity, started: '1' }), false)
  assert.match(processCommand(child.pid!)!, /sleep 60$/)
  await stopChild(child, 'SIGTERM', 5_000)
  assert.equal(isAlive(child.pid!), false)
  assert.equal(isRunning(identity), false)
  assert.equal(processStart(child.pid!), null)
})

test('a child that does not heed the first signal gets the last one', async () => {
  const child = await stubborn()
  await stopChild(child, 'SIGTERM', 200)
  assert.equal(child.signalCode, 'SIGKILL')
})

test('only the very processes of the list are ended', async (t) => {
  const left = await stubborn()
  const other = spawn('sleep', ['60'], { stdio: 'ignore' })
  t.after(() => other.kill())
  await endProcesses(
    [
      { pid: left.pid!, started: processStart(left.pid!)! },
      { pid: other.pid!, started: 'another time' },
    ],
    200,
  )
  assert.equal(isAlive(left.pid!), false)
  assert.equal(isAlive(other.pid!), true)
})

test('a next run ends what the last one left behind', async () => {
  const file = join(dir, 'processes.json')
  const list = await openProcessList(file)
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  list.set('sleeper', child.pid!)
  const next = await openProcessList(file)
  assert.equal(isAlive(child.pid!), false)
  assert.deepEqual(next.all(), [])
  assert.equal(existsSync(file), false)
})

test('a guard ends its process when the program is killed with -9, and not after a release', async (t) => {
  const code = `const { guardProcess } = await import(${JSON.stringify(import.meta.resolve('./processes.ts'))})
    const { spawn } = await import('node:child_process')
    const sleepers = [1, 2].map(() => spawn('sleep', ['60'], { stdio: 'ignore', detached: true }).pid)
    const guards = sleepers.map((pid) => guardProcess(pid, 'TERM'))
    guards[1].release()
    setTimeout(() => console.log(JSON.stringify(sleepers)), 200)`
  const program = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = await firstWords(program)
  const [guarded, released]: [number, number] = JSON.parse(said)
  t.after(() => process.kill(released))
  program.kill('SIGKILL')
  assert.equal(await waitUntil(() => !isAlive(guarded), 5_000), true)
  assert.equal(isAlive(released), true)
})

test('one program at a time holds the lock', () => {
  const file = join(dir, 'sandbox.lock')
  const lock = takeLock(file)
  assert.equal(lock.after_crash, false)
  assert.throws(() => takeLock(file), new RegExp(`already runs here, as process ${process.pid}`))
  lock.release()
  writeJson(file, { pid: process.pid, started: 'another time' })
  const next = takeLock(file)
  assert.equal(next.after_crash, true)
  next.release()
  assert.equal(existsSync(file), false)
})

test('things are stopped last first, each once, whatever one of them does', async () => {
  const stops = createStopList()
  const order: string[] = []
  const stop = (name: string) => async () => void order.push(name)
  stops.add('first', stop('first'))
  stops.add('hanging', () => new Promise(() => {}))
  stops.add('failing', () => Promise.reject(new Error('no')))
  stops.add('last', stop('last'))
  const [troubles, again] = await Promise.all([stops.stopAll(100), stops.stopAll(100)])
  assert.deepEqual(order, ['last', 'first'])
  assert.deepEqual([...troubles, ...again].sort(), [
    'failing did not stop cleanly: Error: no',
    'hanging did not stop in time',
  ])
})

test('a signal to a process that has ended is no error, an unknown signal is', async () => {
  const child = spawn('true')
  await new Promise((resolve) => child.once('exit', resolve))
  sendSignal(child.pid!, 'SIGTERM')
  assert.throws(() => sendSignal(process.pid, 'SIGNONE' as NodeJS.Signals), { code: 'ERR_UNKNOWN_SIGNAL' })
})
