import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { takeLock } from './lock.ts'

const dir = mkdtempSync(join(tmpdir(), 'skiro-main-'))
after(() => rmSync(dir, { recursive: true, force: true }))

async function run(...args: string[]): Promise<{ code: number | null; complaint: string }> {
  const program = join(import.meta.dirname, 'main.ts')
  const child = spawn(process.execPath, ['--conditions=source', program, ...args], {
    env: { ...process.env, SKIRO_STATE_DIR: dir },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const code = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { complaint: await text(child.stderr), code: await code }
}

test('a second sandbox on the same state says so and leaves the first alone', async () => {
  const lock = takeLock(join(dir, 'sandbox.lock'))
  const { code, complaint } = await run('--fresh')
  assert.equal(code, 1)
  assert.match(complaint, new RegExp(`already runs here, as process ${process.pid}\\. Stop it first`))
  assert.deepEqual(readdirSync(dir), ['sandbox.lock'])
  lock.release()
})

test('an unknown option is refused', async () => {
  const { code, complaint } = await run('--frsh')
  assert.equal(code, 1)
  assert.match(complaint, /--frsh/)
})
