import { type Html, html } from '../../page/html.ts'
import { ERRORS, type ErrorCode } from '../../lib/errors.ts'
import { type Answer, type OpenApi, type Operation, resolve } from '../openapi/types.ts'
import { codeBlock, prettyJson } from './code.ts'
import { fieldList, parameterList, typeOf } from './fields.ts'
import { inline } from './markdown.ts'

const JSON_TYPE = 'application/json'

/** All calls of one group. */
export function operationGroup(document: OpenApi, tag: OpenApi['tags'][number], id: string): Html {
  const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => tags?.includes(tag.name))
      .map(([method, operation]) => oneOperation(document, path, method, operation)),
  )
  return html`<section class="group"><h2 id="${id}"><a class="anchor" href="#${id}">${tag.name}</a></h2>
<p class="lead">${inline(tag.description)}</p>${calls}</section>`
}

function oneOperation(document: OpenApi, path: string, method: string, operation: Operation): Html {
  const id = operation.operationId ?? ''
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(document, parameter))
  const body = operation.requestBody?.content[JSON_TYPE]
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) => ({
    status,
    answer: resolve(document, answer),
  }))
  const success = answers.find(({ status }) => status.startsWith('2'))
  const example = success?.answer.content?.[JSON_TYPE]?.example
  const parts = [
    part(
      'Path',
      parameters.filter((parameter) => parameter.in === 'path'),
      parameterList,
    ),
    part(
      'Query',
      parameters.filter((parameter) => parameter.in === 'query'),
      parameterList,
    ),
    part(
      'Headers',
      parameters.filter((parameter) => parameter.in === 'header'),
      parameterList,
    ),
  ]
  return html`<article class="call" aria-labelledby="${id}"><div class="about">
<h3 id="${id}"><a class="anchor" href="#${id}">${operation.summary ?? ''}</a></h3>
<p class="route"><span class="method m-${method}">${method.toUpperCase()}</span> <code>${pathHtml(path)}</code></p>
${operation.description && html`<p>${inline(operation.description)}</p>`}
${parts}
${body && html`<h4>Body${!operation.requestBody?.required && html` <small>optional</small>`}</h4>${fieldList(body.schema, 'input')}`}
<h4>Answers</h4>${success && successHtml(success.status, success.answer)}
${errorsHtml(answers.filter((entry) => entry !== success))}
</div><div class="code-column">
${(operation['x-codeSamples'] ?? []).map(({ lang, label, source }) =>
  codeBlock(source, lang === 'Shell' ? 'sh' : 'ts', label === 'SDK' ? 'TypeScript' : label),
)}
${example !== undefined && codeBlock(prettyJson(example), 'json', `Answer ${success?.status ?? ''}`)}
</div></article>`
}

function part<T>(title: string, items: readonly T[], render: (items: readonly T[]) => Html): Html | null {
  return items.length > 0 ? html`<h4>${title}</h4>${render(items)}` : null
}

/** `/v1/checkout/{id}` with its variable parts marked. */
const pathHtml = (path: string): Html =>
  html`${path.split(/(\{\w+\})/).map((text) => (text.startsWith('{') ? html`<var>${text}</var>` : text))}`

function successHtml(status: string, { content }: Answer): Html {
  const schema = content?.[JSON_TYPE]?.schema ?? {}
  const named = schema.$ref !== undefined
  const item = schema.properties?.['object']?.const === 'list' && schema.properties['data']?.items
  if (item) {
    return html`<p class="answer"><span class="status ok">${status}</span> <a href="#lists-and-paging">list</a> of ${typeOf(item)}</p>`
  }
  return html`<p class="answer"><span class="status ok">${status}</span> ${named && typeOf(schema)}</p>
${!named && fieldList(schema, 'output')}`
}

function errorsHtml(answers: readonly { status: string; answer: Answer }[]): Html {
  const codes = answers.flatMap(({ answer }) => Object.keys(answer.content?.[JSON_TYPE]?.examples ?? {}))
  return html`<ul class="codes">${codes.map(
    (code) =>
      html`<li><span class="status">${ERRORS[code as ErrorCode].status}</span> <a href="/docs/errors/${code}">${code}</a></li>`,
  )}</ul>`
}
