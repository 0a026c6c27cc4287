import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { Skiro, webhooks } from 'skiro'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { startGateway } from './gateway.ts'
import { checkTypes, ROOT, runSource, sourceProject } from './project.ts'

/** A block of the page: `run` is run, `serve` is a server, `route` is a web handler; all are type-checked. */
type Snippet = { file: string; kind: string; code: string; line: number }

const SECRET = 'whsec_readme'
const EVENT = { id: 'evt_1', type: 'payout.completed', data: { id: 'po_1', tx_hash: '0x1' } }
const PAYLOAD = JSON.stringify(EVENT)

const [gateway, project] = await Promise.all([startGateway(), sourceProject()])
after(() => Promise.all([gateway.close(), project.remove()]))

const env = {
  SKIRO_API_KEY: gateway.merchant.api_key,
  SKIRO_WEBHOOK_SECRET: SECRET,
}

const text = readFileSync(join(ROOT, 'packages/sdk/README.md'), 'utf8')
const snippets = [...text.matchAll(/^```ts ?(\w*)\n([^]*?)^```$/gm)].map(
  ([, kind = '', code = ''], index) => ({
    file: `snippet${index}.ts`,
    kind,
    code: whole(code.replaceAll('https://pay.example.com', gateway.url)),
    line: text.slice(0, text.indexOf(code)).split('\n').length,
  }),
)

/** The snippet as a module: later ones go on with the `skiro` that the first one made. */
function whole(code: string): string {
  const uses = (name: string) => new RegExp(`\\b${name}\\b`).test(code)
  const has_client = /const skiro\b/.test(code) || !(uses('skiro\\.') || uses('new Skiro'))
  const imports = /import \{[^}]*\bSkiro\b/.test(code) ? '' : `import { Skiro } from 'skiro'\n`
  const client = `const skiro = new Skiro(process.env.SKIRO_API_KEY!, { baseUrl: '${gateway.url}' })\n`
  return has_client ? code : `${imports}${client}${code}`
}

await project.write({
  ...Object.fromEntries(snippets.map(({ file, code }) => [file, code])),
  // What the snippet uses of Express 5, which is not installed here.
  'express.d.ts': `declare module 'express' {
    type Request = { body: Buffer; get(name: string): string | undefined }
    type Response = { status(code: number): Response; send(body: string): void; sendStatus(code: number): void }
    type Handler = (request: Request, response: Response) => Promise<void>
    type App = { post(path: string, parser: object, handler: Handler): void; listen(port: number): void }
    function express(): App
    namespace express { function raw(options: { type: string }): object }
    export default express
  }`,
})

const ofKind = (kind: string): Snippet[] => {
  const found = snippets.filter((snippet) => snippet.kind === kind)
  assert.ok(found.length > 0, `a snippet to ${kind}`)
  return found
}

describe('the README', () => {
  it('has snippets whose types are right', async () => {
    const { status, out } = await checkTypes(project)
    const places = snippets.map(({ file, line }) => `${file} is at line ${line}`).join('\n')
    assert.equal(status, 0, `${out}\n${places}`)
  })

  for (const { file, line } of ofKind('run')) {
    it(`runs the snippet at line ${line}`, async () => {
      const { status, out } = await runSource(project, file, env)
      assert.equal(status, 0, out)
    })
  }

  for (const { file, line } of ofKind('serve')) {
    it(`serves webhooks by the snippet at line ${line}`, async () => {
      const port = await freePort('127.0.0.1')
      const server = spawn(process.execPath, ['--conditions=source', file], {
        cwd: project.dir,
        env: { ...env, PORT: String(port) },
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      try {
        const url = `http://127.0.0.1:${port}/webhooks/skiro`
        await answersWebhooks(async (headers) => {
          for (let tries = 0; tries < 200; tries++) {
            const answer = await fetch(url, { method: 'POST', headers, body: PAYLOAD }).catch(() => null)
            if (answer) return answer
            await sleep(50)
          }
          return assert.fail('it does not listen')
        })
      } finally {
        server.kill()
        await once(server, 'exit')
      }
    })
  }

  for (const { file, line } of ofKind('route')) {
    it(`answers webhooks by the route at line ${line}`, async () => {
      process.env.SKIRO_WEBHOOK_SECRET = SECRET
      const { POST } = (await import(pathToFileURL(join(project.dir, file)).href)) as {
        POST: (request: Request) => Promise<Response>
      }
      await answersWebhooks((headers) =>
        POST(new Request('https://shop.example/', { method: 'POST', headers, body: PAYLOAD })),
      )
    })
  }

  it('names every call there is', () => {
    const skiro = new Skiro('sk_test_x') as unknown as Record<string, object>
    const named = [...text.matchAll(/`skiro\.(\w+\.\w+)\(/g)].map(([, call]) => call)
    const calls = Object.entries(skiro).flatMap(([resource, value]) => {
      if (typeof value !== 'object') return []
      const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(value)).filter(
        (one) => one !== 'constructor',
      )
      return [...methods, ...Object.keys(value)].map((method) => `${resource}.${method}`)
    })
    assert.ok(calls.length > 20)
    assert.deepEqual(new Set(named), new Set(calls))
  })
})

/** A handler takes a genuine event, and refuses another with the reason. */
async function answersWebhooks(post: (headers: Record<string, string>) => Promise<Response>): Promise<void> {
  const signed = (secret: string) => ({
    'content-type': 'application/json',
    'x-skiro-signature': webhooks.generateTestHeader({ payload: PAYLOAD, secret }),
  })
  const taken = await post(signed(SECRET))
  assert.deepEqual([taken.status, await taken.json()], [200, { received: true }])
  const refused = await post(signed('whsec_other'))
  assert.equal(refused.status, 400)
  assert.match(await refused.text(), /signature_mismatch.*belongs to another endpoint/)
}
