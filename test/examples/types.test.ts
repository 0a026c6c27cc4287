/** The types of each example, by the tsconfig.json that it brings. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { ROOT } from '../sdk/project.ts'
import { COMMANDS, copyExample } from './shop.ts'

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')

/** What examples/express uses of @types/express 5, which is not installed here. */
const EXPRESS = `declare module 'express' {
  import type { Server } from 'node:http'
  export interface Request<Params = Record<string, string>> {
    body: any
    params: Params
    get(name: string): string | undefined
  }
  export interface Response {
    status(code: number): Response
    send(body: string): Response
    sendStatus(code: number): Response
    redirect(status: number, url: string): void
  }
  type Handler<Params> = (request: Request<Params>, response: Response) => void | Promise<void>
  type Middleware = (request: Request, response: Response, next: (error?: unknown) => void) => void
  interface App {
    get<Path extends string>(path: Path, handler: Handler<ParamsOf<Path>>): App
    post(path: string, handler: Handler<Record<string, string>>): App
    post(path: string, middleware: Middleware, handler: Handler<Record<string, string>>): App
    listen(port: number, host: string, done: () => void): Server
  }
  type ParamsOf<Path> = Path extends \`\${string}:\${infer Name}\` ? Record<Name, string> : {}
  function express(): App
  namespace express {
    function raw(options: { type: string }): Middleware
  }
  export default express
}`

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
