import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { gatewayApp } from '../../../../test/support/gatewayContext.ts'
import { ERRORS } from '../lib/errors.ts'

describe('documents for language models', () => {
  let gateway: Awaited<ReturnType<typeof gatewayApp>>
  before(async () => {
    gateway = await gatewayApp()
  })
  after(() => gateway.close())

  /** `METHOD /path` of every operation. */
  const calls = () =>
    Object.entries(gateway.app.openapi().paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )

  test('/llms.txt has the shape of llmstxt.org and links that lead somewhere', async () => {
    const { body, headers, statusCode } = await gateway.app.inject('/llms.txt')
    assert.equal(statusCode, 200)
    assert.equal(headers['content-type'], 'text/markdown; charset=utf-8')
    assert.match(body, /^# [^\n]+\n\n> [^\n]+\n\n/)
    const [intro = '', ...sections] = body.split(/^## /m)
    assert.doesNotMatch(intro, /^#{2,} /m)
    for (const section of sections) {
      const [title = '', , ...lines] = section.trim().split('\n')
      assert.match(title, /^[A-Z]/)
      assert.ok(lines.length > 0, title)
      for (const line of lines)
        assert.match(line, /^- \[[^\]]+\]\(https:\/\/pay\.example\/[^)\s]+\)(?:: .+)?$/)
    }
    const page = (await gateway.app.inject('/docs')).body
    for (const [, link = ''] of body.matchAll(/\]\((https:[^)]+)\)/g)) {
      const { pathname, hash } = new URL(link)
      assert.equal((await gateway.app.inject(pathname)).statusCode, 200, link)
      if (hash) assert.ok(page.includes(`id="${hash.slice(1)}"`), link)
    }
    for (const call of calls()) assert.ok(body.includes(`- [${call}](`), call)
    assert.ok(body.length < 16_000, `${body.length} characters are not short`)
  })

  test('/docs.md holds every call, event and error', async () => {
    const { body, headers } = await gateway.app.inject('/docs.md')
    assert.equal(headers['content-type'], 'text/markdown; charset=utf-8')
    for (const call of calls()) assert.ok(body.includes(`## ${call}: `), call)
    for (const type of Object.keys(gateway.app.openapi().webhooks))
      assert.ok(body.includes(`## ${type}\n`), type)
    for (const [code, { status }] of Object.entries(ERRORS))
      assert.ok(body.includes(`## ${code} (${status})`), code)
    assert.equal((body.match(/^```/gm)?.length ?? 1) % 2, 0, 'a fence is not closed')
    assert.doesNotMatch(body, /undefined|\[object|\{\{/)
  })
})
