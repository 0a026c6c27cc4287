/** A gateway that cannot start ends, so that whoever supervises it starts another: half of one would look alive. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { TEST_MODE } from '../support/gatewayContext.ts'
import { COMPILED } from '../support/compiled.ts'

const PROGRAM = new URL('../../packages/server/src/main.ts', import.meta.url).pathname

for (const role of ['work', 'all']) {
  test(`${role} without a database ends with status 1`, async () => {
    const [port, work_port] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
    const child = spawn(process.execPath, [PROGRAM, role], {
      env: {
        ...COMPILED,
        ...TEST_MODE,
        SKIRO_DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:9/none',
        SKIRO_KEY_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
        SKIRO_PUBLIC_URL: `http://127.0.0.1:${port}`,
        SKIRO_PORT: String(port),
        SKIRO_WORK_PORT: String(work_port),
        SKIRO_DRAIN_MS: '0',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    // One that stays is ended here, and then its code is null.
    const stays = setTimeout(() => child.kill('SIGKILL'), 20_000)
    const [[code], said] = await Promise.all([
      once(child, 'exit') as Promise<[number | null]>,
      text(child.stderr),
    ])
    clearTimeout(stays)
    assert.equal(code, 1)
    assert.match(said, /database/i)
  })
}
