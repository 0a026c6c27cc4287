import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Block, blocksOf } from './blocks.ts'
import { misfit } from './fits.ts'

const answer = (language: string, code: string): Block => ({
  language,
  words: 'answer',
  code,
  line: 1,
  answer: null,
  not_run: null,
})

const fits = (language: string, shown: string, printed: string) =>
  misfit(answer(language, shown), printed) === null

describe('what a page shows fits what was printed', () => {
  it('in JSON, where fields may be left out and nothing else', () => {
    const printed = '{"id":"cs_12","amount":49.99,"url":null,"list":[1,2],"more":true}'
    assert.ok(fits('json', '{ "id": "cs_…", "amount": 49.99 }', printed))
    assert.ok(fits('json', '{ "list": [1, "…"], "url": null }', printed))
    assert.ok(fits('json', '{ "url": null, "…": "…" }', printed))
    assert.ok(fits('json', '{}', '{}'))
    for (const wrong of [
      '{ "id": "txn_…" }',
      '{ "id": "cs_…3" }',
      '{ "amount": 50 }',
      '{ "amount": "49.99" }',
      '{ "url": "…" }',
      '{ "list": [1] }',
      '{ "list": [1, 3] }',
      '{ "list": [1, 2, 3, "…"] }',
      '{ "list": {} , "gone": null }',
      '{ "url": "x", "…": "…" }',
      '{ "id":',
    ])
      assert.ok(!fits('json', wrong, printed), wrong)
    assert.ok(!fits('json', '{}', 'no JSON'))
  })

  it('in lines, all of them', () => {
    assert.ok(fits('text', 'a\n…\nd …\n', 'a\nb\nc\nd 4'))
    assert.ok(fits('text', 'a\n…\nb\n', 'a\nb\n'))
    assert.ok(fits('text', 'KEY  LABEL\n', 'KEY      LABEL'))
    for (const wrong of [
      'KEY  LABEL\n',
      'a\n',
      'a\nb\n',
      'a\n…\nx\n',
      'A\n…\nd …\n',
      'a b\n…\nd …\n',
      'a.\n…\nd …\n',
    ])
      assert.ok(!fits('text', wrong, 'a\nb\nc\nd 4'), wrong)
  })

  it('in headers, in any case', () => {
    const printed = 'HTTP/1.1 200 OK\r\nrequest-id: req_1\r\nx: y\r\n\r\n{}'
    assert.ok(fits('http', 'HTTP/1.1 200 OK\nRequest-Id: req_…\n…\n', printed))
    assert.ok(!fits('http', 'HTTP/1.1 201 Created\n…\n', printed))
    assert.ok(!fits('http', '…\nRequest-Id: cs_…\n…\n', printed))
  })
})

describe('the blocks of a page', () => {
  it('are read with their answers and the reasons not to run them', () => {
    const blocks = blocksOf('x\n```sh\nls\n```\n\n```text answer\na\n```\n```ts not run: for show\nb\n```\n')
    assert.deepEqual(
      blocks.map(({ language, code, line, not_run, answer }) => [
        language,
        code,
        line,
        not_run,
        answer?.code ?? null,
      ]),
      [
        ['sh', 'ls\n', 2, null, 'a\n'],
        ['ts', 'b\n', 9, 'for show', null],
      ],
    )
  })

  it('have no answer to nothing', () => {
    assert.throws(() => blocksOf('```text answer\na\n```\n'), /line 1/)
    assert.throws(() => blocksOf('```sh not run: no\nls\n```\n```text answer\na\n```\n'), /line 4/)
  })
})
