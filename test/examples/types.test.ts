/** The types of each example, by the tsconfig.json that it brings. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { ROOT } from '../sdk/project.ts'
import { COMMANDS, copyExample } from './shop.ts'
import { EXPRESS } from './standIns/expressTypes.ts'

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')

async function check(name: string, files: Record<string, unknown> = {}) {
  const project = await copyExample(name)
  try {
    await project.write({
      'express.d.ts': EXPRESS,
      // The SDK as it stands in the repository: what is published has to be built first.
      'tsconfig.test.json': {
        extends: './tsconfig.json',
        compilerOptions: { customConditions: ['source'], incremental: false },
      },
      ...files,
    })
    return await project.run(process.execPath, [TSC, '-p', 'tsconfig.test.json'])
  } finally {
    await project.remove()
  }
}

describe('the types are right in', () => {
  for (const name of Object.keys(COMMANDS)) {
    it(`examples/${name}`, async () => {
      assert.deepEqual(await check(name), { status: 0, out: '' })
    })
  }

  it('no example that is wrong', async () => {
    const wrong = `import { startCheckout } from './shop.ts'\nexport const url: number = await startCheckout()\n`
    const { status, out } = await check('express', { 'wrong.ts': wrong })
    assert.notEqual(status, 0)
    assert.match(out, /^wrong\.ts\(2,14\): error TS2322/)
  })
})
