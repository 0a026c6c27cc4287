/** Every example request of the documents, run as it stands against a real gateway, and every answer held to its schema. */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { Skiro } from 'skiro'
import { startAcquirer } from '../../packages/sandbox/src/acquirer/server.ts'
import { freePort } from '../../packages/sandbox/src/ports.ts'
import { exampleCall } from '../../packages/server/src/docs/openapi/addSamples.ts'
import { type OpenApi, type Operation, resolve } from '../../packages/server/src/docs/openapi/types.ts'
import { exampleMerchant } from '../support/exampleObjects.ts'
import { TEST_MODE, gatewayApp } from '../support/gatewayContext.ts'
import { schemaJudge } from '../support/jsonSchema.ts'

const run = promisify(execFile)
const port = await freePort('127.0.0.1')
const public_url = `http://127.0.0.1:${port}`
const acquirer_keys = { secret_key: 's', publishable_key: 'p', webhook_secret: 'w' }
// A test helper pays with a card.
const acquirer = await startAcquirer({
  ...{ host: '127.0.0.1', port: 0, book_file: null, webhook_url: null },
  ...acquirer_keys,
})
const gateway = await gatewayApp({
  ...TEST_MODE,
  SKIRO_PUBLIC_URL: public_url,
  SKIRO_TEST_ACQUIRER: JSON.stringify({ id: 'simulator', url: acquirer.url, ...acquirer_keys }),
})
const document = JSON.parse((await gateway.app.inject('/openapi.json')).body) as OpenApi
const judge = schemaJudge(document, { closed: true })

before(() => gateway.app.listen({ host: '127.0.0.1', port }))
after(async () => {
  await gateway.close()
  await acquirer.close()
})

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

/** The status and schema of the answer that an operation gives when all is well. */
function successOf(operation: Operation) {
  const [status, answer] =
    Object.entries(operation.responses ?? {}).find(([code]) => code.startsWith('2')) ?? []
  assert.ok(status && answer)
  const { content, headers } = resolve(document, answer)
  return {
    status: Number(status),
    schema: content?.['application/json']?.schema ?? {},
    headers: headers ?? {},
  }
}

const merchant = () => exampleMerchant(gateway.ctx, document)

type Query = Record<string, unknown>

async function send(key: string, call: ReturnType<typeof exampleCall>, query: Query = call.query) {
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])
  return await gateway.app.inject({
    method: call.method as 'GET',
    url: `${call.path}?${new URLSearchParams(pairs)}`,
    headers: {
      authorization: `Bearer ${key}`,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(call.idempotency_key === null ? {} : { 'idempotency-key': call.idempotency_key }),
    },
    ...(call.body === undefined ? {} : { payload: JSON.stringify(call.body) }),
  })
}

test('there are examples of every kind of call', () => {
  const methods = new Set(operations.map(({ method }) => method))
  assert.deepEqual([...methods].toSorted(), ['delete', 'get', 'patch', 'post'])
  assert.ok(operations.length >= 17, `${operations.length} operations`)
})

for (const { path, method, operation } of operations) {
  describe(`${method.toUpperCase()} ${path}`, () => {
    const call = exampleCall(document, path, method, operation)
    const success = successOf(operation)

    test('the example is answered as documented', async () => {
      const key = await merchant()
      const answer = await send(key, call)
      assert.equal(answer.statusCode, success.status, answer.body)
      assert.deepEqual(judge(success.schema, answer.json()), [], answer.body)
      const always = Object.keys(success.headers).filter((name) => name !== 'Idempotent-Replayed')
      for (const name of always) assert.ok(answer.headers[name.toLowerCase()], `no header ${name}`)
      if (call.idempotency_key === null) return
      const again = await send(key, call)
      assert.equal(again.headers['idempotent-replayed'], 'true')
      assert.deepEqual([again.statusCode, again.body], [answer.statusCode, answer.body])
    })

    for (const reference of operation.parameters ?? []) {
      const { name, in: place, example } = resolve(document, reference)
      if (place !== 'query' || example === undefined) continue
      test(`with ?${name}=${String(example)}`, async () => {
        const answer = await send(await merchant(), call, { [name]: example })
        assert.equal(answer.statusCode, success.status, answer.body)
        assert.deepEqual(judge(success.schema, answer.json()), [], answer.body)
      })
    }

    const [curl, typescript] = operation['x-codeSamples'] ?? []

    test('the curl sample works', { skip: noCurl() }, async () => {
      const source = curl?.source ?? ''
      assert.match(source, /^curl /)
      const command = source.replace(/^curl /, `curl --silent --write-out '\\n%{http_code}' `)
      const env = { PATH: process.env.PATH, SKIRO_API_KEY: await merchant() }
      const { stdout } = await run('/bin/sh', ['-c', command], { env })
      const [status, ...body] = stdout.split('\n').toReversed()
      assert.equal(Number(status), success.status, stdout)
      assert.deepEqual(judge(success.schema, JSON.parse(body.toReversed().join('\n'))), [])
    })

    test('the TypeScript sample works', async () => {
      const source = typescript?.source ?? ''
      const [, name] = /^const (\w+) = await /.exec(source) ?? []
      assert.ok(name, source)
      const skiro = new Skiro(await merchant(), { baseUrl: public_url, maxRetries: 0 })
      const printed: unknown[] = []
      const console = { log: (...values: unknown[]) => printed.push(...values) }
      const answer = await runSnippet(`${source}\nreturn ${name}`, { skiro, console })
      assert.deepEqual(judge(success.schema, answer), [], JSON.stringify(answer))
      if (name === 'page') assert.ok(printed.length > 0, 'nothing was listed')
    })
  })
}

/** Runs the body of an async function with these names. */
async function runSnippet(body: string, names: Record<string, unknown>): Promise<unknown> {
  const make = Object.getPrototypeOf(async () => {}).constructor as FunctionConstructor
  return await (make(...Object.keys(names), body)(...Object.values(names)) as Promise<unknown>)
}

function noCurl(): string | false {
  return spawnSync('curl', ['--version']).status === 0 ? false : 'curl is not installed'
}
