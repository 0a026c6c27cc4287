import type { OpenApi, Operation } from '../../packages/server/src/docs/openapi/types.ts'
import { resolve } from '../../packages/server/src/docs/openapi/types.ts'
import { schemaJudge } from '../../test/support/jsonSchema.ts'

/** What is known besides the document: all routes of the app (`GET /v1/things/:id`), types of events and codes of errors. */
export type Facts = {
  readonly routes: readonly string[]
  readonly event_types: readonly string[]
  readonly error_codes: readonly string[]
}

/** One rule: everything in the document that breaks it, each in a sentence. */
export type Rule = (document: OpenApi, facts: Facts) => string[]

const JSON_TYPE = 'application/json'

type Call = { name: string; method: string; path: string; operation: Operation }

/** Every operation, those of webhooks included when asked for. */
function callsOf({ paths, webhooks }: OpenApi, with_webhooks = false): Call[] {
  const groups = [...Object.entries(paths), ...(with_webhooks ? Object.entries(webhooks) : [])]
  return groups.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method,
      path,
      operation,
    })),
  )
}

export const isVersion31: Rule = ({ openapi }) =>
  /^3\.1\.\d+$/.test(openapi) ? [] : [`it is OpenAPI ${openapi}, not 3.1`]

export const documentsEveryRoute: Rule = (document, { routes }) => {
  const described = new Set(callsOf(document).map(({ name }) => name))
  return routes
    .map((route) => route.replace(/:(\w+)/g, '{$1}'))
    .filter((route) => /^\w+ \/v1\//.test(route) && !described.has(route))
    .map((route) => `${route} is not documented`)
}

export const saysWhatEachCallDoes: Rule = (document) => {
  const tags = new Set(document.tags.filter(({ description }) => description).map(({ name }) => name))
  return callsOf(document, true).flatMap(({ name, operation }) => [
    ...(operation.summary ? [] : [`${name} has no summary`]),
    ...(operation.description ? [] : [`${name} has no description`]),
    ...(operation.tags?.length === 1 ? [] : [`${name} does not stand in one group (tags)`]),
    ...(operation.tags ?? [])
      .filter((tag) => !tags.has(tag))
      .map((tag) => `${name}: the tag ${tag} is not described`),
  ])
}

export const hasUniqueIds: Rule = (document) => {
  const calls = callsOf(document, true)
  const uses = Map.groupBy(calls, ({ operation }) => operation.operationId)
  return calls.flatMap(({ name, operation: { operationId: id } }) => {
    if (!id) return [`${name} has no operationId`]
    return uses.get(id)?.length === 1 ? [] : [`${name} shares the id ${id}`]
  })
}

/** The statuses that a call of this kind can always be answered with. */
const statusesOf = ({ method, path }: Call): string[] => [
  ...['401', '403', '429', '500', '503'],
  ...(path.includes('{') ? ['404'] : []),
  ...(method === 'get' ? [] : ['400', '413', '415']),
  ...(method === 'post' ? ['409', '422'] : []),
]

export const namesErrorAnswers: Rule = (document) =>
  callsOf(document).flatMap((call) => {
    const missing = statusesOf(call).filter((status) => !call.operation.responses?.[status])
    const success = Object.keys(call.operation.responses ?? {}).some((status) => status.startsWith('2'))
    return [
      ...missing.map((status) => `${call.name} has no answer ${status}`),
      ...(success ? [] : [`${call.name} has no answer of success`]),
    ]
  })

/** What is answered before a request is known to be one of a call. */
const OF_NO_CALL = new Set(['method_not_allowed', 'request_timeout', 'headers_too_large'])

export const givesEveryErrorCode: Rule = (document, { error_codes }) => {
  const given = JSON.stringify(document.paths)
  return error_codes
    .filter((code) => !OF_NO_CALL.has(code) && !new RegExp(`"#/components/\\w+/${code}"`).test(given))
    .map((code) => `no call says that it answers ${code}: name it in the route's errors`)
}

export const postsTakeIdempotencyKeys: Rule = (document) =>
  callsOf(document)
    .filter(({ method, operation }) => {
      const names = (operation.parameters ?? []).map((parameter) => resolve(document, parameter).name)
      return method === 'post' && !names.includes('Idempotency-Key')
    })
    .map(({ name }) => `${name} takes no Idempotency-Key`)

/** Every value that stands as an example, with the schema that it is an example of. */
function examplesOf(document: OpenApi, { name, operation }: Call) {
  const found: { where: string; schema: object; value: unknown; needed: boolean }[] = []
  const body = operation.requestBody?.content[JSON_TYPE]
  if (body) found.push({ where: `${name}: body`, schema: body.schema, value: body.example, needed: true })
  for (const [status, reference] of Object.entries(operation.responses ?? {})) {
    const media = resolve(document, reference).content?.[JSON_TYPE]
    if (!media) continue
    const where = `${name}: answer ${status}`
    const shared = Object.values(media.examples ?? {}).map((example) => resolve(document, example))
    for (const { value } of shared as { value: unknown }[])
      found.push({ where, schema: media.schema, value, needed: true })
    if (shared.length === 0) found.push({ where, schema: media.schema, value: media.example, needed: true })
  }
  for (const reference of operation.parameters ?? []) {
    const { name: parameter, in: place, schema, example: value } = resolve(document, reference)
    found.push({ where: `${name}: ${place} ${parameter}`, schema, value, needed: place !== 'query' })
  }
  return found
}

export const showsValidExamples: Rule = (document) => {
  const judge = schemaJudge(document, { closed: true })
  return callsOf(document, true)
    .flatMap((call) => examplesOf(document, call))
    .flatMap(({ where, schema, value, needed }) => {
      if (value === undefined) return needed ? [`${where} has no example`] : []
      return judge(schema, value).map((complaint) => `${where}: its example ${complaint}`)
    })
}

export const describesEveryField: Rule = (document) => {
  const bodies = callsOf(document).map(({ name, operation }) => ({
    at: `${name}: body`,
    schema: operation.requestBody?.content[JSON_TYPE]?.schema,
  }))
  const components = Object.entries(document.components.schemas).map(([at, schema]) => ({ at, schema }))
  const parameters = callsOf(document).flatMap(({ name, operation }) =>
    (operation.parameters ?? [])
      .map((parameter) => resolve(document, parameter))
      .filter(({ description }) => !description)
      .map((parameter) => `${name}: ${parameter.in} ${parameter.name} is not described`),
  )
  return [...parameters, ...[...bodies, ...components].flatMap(({ at, schema }) => undescribed(at, schema))]
}

function undescribed(at: string, schema: OpenApi['components']['schemas'][string] | undefined): string[] {
  const inner = [...(schema?.anyOf ?? []), ...(schema?.items ? [schema.items] : [])]
  return [
    ...Object.entries(schema?.properties ?? {}).flatMap(([name, property]) => [
      // A reference is described where it leads, a constant says all by itself.
      ...(property.description || property.$ref || property.const !== undefined
        ? []
        : [`${at}: ${name} is not described`]),
      ...undescribed(`${at}: ${name}`, property),
    ]),
    ...inner.flatMap((part) => undescribed(at, part)),
  ]
}

export const refersToWhatIsThere: Rule = (document) => {
  const text = JSON.stringify(document)
  const refs = new Set([...text.matchAll(/"(#\/components\/[^"]+)"/g)].map(([, ref]) => ref ?? ''))
  const names = Object.entries(document.components).flatMap(([kind, entries]) =>
    Object.keys(entries).map((name) => `#/components/${kind}/${name}`),
  )
  const secured = JSON.stringify(document.security)
  const unused = names.filter(
    (name) =>
      !refs.has(name) &&
      !(name.includes('/securitySchemes/') && secured.includes(name.split('/').at(-1) ?? '')),
  )
  return [
    ...unused.map((name) => `${name} is not used`),
    ...[...refs].filter((ref) => !names.includes(ref)).map((ref) => `${ref} is not there`),
    ...(document.security.length > 0 ? [] : ['it does not say how to authenticate (security)']),
  ]
}

export const tellsOfEveryEvent: Rule = ({ webhooks }, { event_types }) => {
  const told = Object.keys(webhooks)
  return [
    ...event_types
      .filter((type) => !told.includes(type))
      .map((type) => `the event ${type} is not documented`),
    ...told.filter((type) => !event_types.includes(type)).map((type) => `the event ${type} does not exist`),
  ]
}

export const RULES: readonly Rule[] = [
  isVersion31,
  documentsEveryRoute,
  saysWhatEachCallDoes,
  hasUniqueIds,
  namesErrorAnswers,
  givesEveryErrorCode,
  postsTakeIdempotencyKeys,
  describesEveryField,
  showsValidExamples,
  refersToWhatIsThere,
  tellsOfEveryEvent,
]
