import { ERRORS, type ErrorCode } from '../lib/errors.ts'
import { ERROR_TEXTS } from './errors/texts.ts'
import { type JsonSchema, type OpenApi, type Operation, type Parameter, resolve } from './openapi/types.ts'
import type { Guide } from './site/site.ts'

const JSON_TYPE = 'application/json'

/** `GET /llms.txt` (llmstxt.org): what the API is and where everything about it stands, for language models. */
export function llmsText(document: OpenApi, guides: readonly Guide[], public_url: string): string {
  const docs = `${public_url}/docs`
  const [intro = '', ...notes] = document.info.description.split('\n\n')
  const calls = operations(document).map(
    ({ route, operation }) => `- [${route}](${docs}#${operation.operationId}): ${operation.summary}`,
  )
  const events = Object.entries(document.webhooks).map(
    ([type, { post }]) => `- [${type}](${docs}#event-${type.replaceAll('.', '-')}): ${post?.summary}`,
  )
  return `# Skiro API

> ${intro}

${notes.join('\n\n')}

Rules that matter most: authenticate with \`Authorization: Bearer sk_test_…\` from a server, never from a browser. Send an \`Idempotency-Key\` with every POST. Deliver on the webhook \`checkout.completed\`, after verifying its signature over the raw body, never on the redirect. Never put a key into code, prompts or logs: read it from the environment.

## Docs

- [Everything on one page, as Markdown](${docs}.md): guides, calls, fields, events, errors
- [OpenAPI 3.1](${public_url}/openapi.json): the same for programs, with schemas and examples
${guides.map(({ title, id }) => `- [${title}](${docs}#${id})`).join('\n')}

## Calls

${calls.join('\n')}

## Webhook events

${events.join('\n')}

## Errors

${(Object.keys(ERRORS) as ErrorCode[]).map((code) => `- [${code}](${docs}/errors/${code}): ${ERRORS[code].status}. ${ERRORS[code].message}`).join('\n')}
`
}

/** `GET /docs.md`: the whole of /docs as Markdown. */
export function docsMarkdown(document: OpenApi, guides: readonly Guide[]): string {
  const calls = document.tags.map(({ name, description }) => {
    const own = operations(document).filter(({ operation }) => operation.tags?.includes(name))
    return own.length === 0
      ? ''
      : `# ${name}\n\n${description}\n\n${own.map((call) => callMarkdown(document, call)).join('\n')}`
  })
  const events = Object.entries(document.webhooks).map(
    ([type, { post }]) =>
      `## ${type}\n\n${post?.description}\n\n${fence(post?.requestBody?.content[JSON_TYPE]?.example)}\n`,
  )
  const errors = (Object.keys(ERRORS) as ErrorCode[]).map((code) => {
    const { means, fix, retry } = ERROR_TEXTS[code]
    return `## ${code} (${ERRORS[code].status})\n\n${means}\n\n${fix}\n\nRetry: ${retry.helps ? 'it can help.' : 'no.'} ${retry.text}\n`
  })
  const objects = Object.entries(document.components.schemas)
    .filter(([name, { properties }]) => properties && !/_event$|^error$/.test(name))
    .map(([name, schema]) => `## ${name}\n\n${schema.description ?? ''}\n\n${fields(schema, 'output')}\n`)
  return [
    `# Skiro API\n\n${document.info.description}\n`,
    ...guides.map(({ text }) => text),
    ...calls.filter((text) => text !== ''),
    `# Objects\n\n${objects.join('\n')}`,
    `# Events\n\n${events.join('\n')}`,
    `# Error codes\n\n${errors.join('\n')}`,
  ].join('\n')
}

type Call = { route: string; operation: Operation }

function operations(document: OpenApi): Call[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  )
}

function callMarkdown(document: OpenApi, { route, operation }: Call): string {
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(document, parameter))
  const body = operation.requestBody?.content[JSON_TYPE]
  const [success] = Object.entries(operation.responses ?? {})
  const answer = success && resolve(document, success[1]).content?.[JSON_TYPE]
  const codes = Object.values(operation.responses ?? {}).flatMap((response) =>
    Object.keys(resolve(document, response).content?.[JSON_TYPE]?.examples ?? {}),
  )
  return [
    `## ${route}: ${operation.summary}\n`,
    operation.description ? `${operation.description}\n` : '',
    parameters.length > 0 ? `${parameters.map(parameterLine).join('\n')}\n` : '',
    body
      ? `Body${operation.requestBody?.required ? '' : ' (optional)'}:\n\n${fields(body.schema, 'input')}\n`
      : '',
    ...(operation['x-codeSamples'] ?? []).map(
      ({ lang, source }) => `\`\`\`${lang === 'Shell' ? 'sh' : 'ts'}\n${source}\n\`\`\`\n`,
    ),
    `Answer ${success?.[0]}:\n\n${fence(answer?.example)}\n`,
    `Errors: ${codes.map((code) => `\`${code}\``).join(', ')}\n`,
  ]
    .filter((text) => text !== '')
    .join('\n')
}

const fence = (value: unknown) => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``

const parameterLine = ({ name, in: place, required, description, schema }: Parameter) =>
  `- \`${name}\` (${place}, ${typeText(schema)}${required ? ', required' : ''}): ${description ?? ''}`

function fields(schema: JsonSchema, direction: 'input' | 'output', indent = ''): string {
  const lines = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const inner = [property, ...(property.anyOf ?? [])].find((part) => part.properties)
    const required = direction === 'input' && schema.required?.includes(name) ? ', required' : ''
    const line = `${indent}- \`${name}\` (${typeText(property)}${required}): ${property.description ?? ''}`
    return inner ? `${line}\n${fields(inner, direction, `${indent}  `)}` : line
  })
  return lines.join('\n')
}

function typeText(schema: JsonSchema): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? ''
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const options = schema.anyOf ?? schema.oneOf
  if (options) return options.map(typeText).join(' | ')
  if (schema.items) return `array of ${typeText(schema.items)}`
  return [schema.type ?? 'any'].flat().join(' | ')
}
