import { type Schema, sampleOf } from './sample.ts'

/** The parts of an OpenAPI 3.1 document that say how a route is asked. */
export type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>
  readonly components?: {
    readonly schemas?: Readonly<Record<string, Schema>>
    readonly parameters?: Readonly<Record<string, Parameter>>
  }
}

type OperationObject = {
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly requestBody?: {
    readonly content?: Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>
  }
}
type Reference = { readonly $ref: string }
type Parameter = { readonly in: string; readonly name: string; readonly schema?: Schema }

/** Where in a request an id can stand. */
export type Slot = { readonly in: 'path' | 'query' | 'body'; readonly name: string }

export type Route = {
  readonly method: string
  /** With braces: `/v1/payouts/{id}`. */
  readonly path: string
  readonly slots: readonly Slot[]
  /** Query parameters that hold no id, each with values that are worth asking for. */
  readonly filters: readonly { readonly name: string; readonly values: readonly string[] }[]
  /** Bodies that the route takes: as short as may be, whole, and the document's own example. Empty: it takes none. */
  readonly bodies: readonly Body[]
}

export type Body = Readonly<Record<string, unknown>>

/** Query parameters that name an object, or the order of one. */
const NAMES_AN_OBJECT = new Set([
  'starting_after',
  'ending_before',
  'metadata[order_id]',
  'event_id',
  'unacknowledged_by',
])
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()

/** Query parameters without a list of values in the document, and values under which everything is found. */
const PLAIN: Readonly<Record<string, readonly string[]>> = {
  page: ['1', '2'],
  limit: ['1', '100'],
  // Totals take whole hours from figures and count what lies in broken ones, so both are asked for.
  from: ['2001-01-01', inMinutes(-10)],
  to: ['2201-01-01', inMinutes(10)],
  after: ['0'],
}

/**
 * Every route of the document, HEAD included, which a server answers wherever it answers GET.
 * @throws when a query parameter is neither known nor an enum: whoever adds one says here what it may give away.
 */
export function routesOf(document: OpenApi): Route[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([name, operation]) => {
      const route = routeOf(document, name.toUpperCase(), path, operation)
      return route.method === 'GET' ? [route, { ...route, method: 'HEAD' }] : [route]
    }),
  )
}

function routeOf(document: OpenApi, method: string, path: string, operation: OperationObject): Route {
  const parameters = (operation.parameters ?? []).map((parameter) => resolve<Parameter>(document, parameter))
  const of = (place: string) => parameters.filter((parameter) => parameter.in === place)
  const { schema, example } = Object.values(operation.requestBody?.content ?? {})[0] ?? {}
  const body = schema ? deepResolve(document, schema) : null
  const in_path = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({ in: 'path' as const, name }))
  const in_query = of('query').filter(({ name }) => NAMES_AN_OBJECT.has(name))
  const in_body = propertiesOf(body).filter(holdsId)
  return {
    method,
    path,
    bodies: body
      ? distinct([sampleOf(body, false), sampleOf(body, true), example ?? {}].map(withoutIds))
      : [],
    slots: [
      ...in_path,
      ...in_query.map(({ name }) => ({ in: 'query' as const, name })),
      ...in_body.map((name) => ({ in: 'body' as const, name })),
    ],
    filters: of('query')
      .filter(({ name }) => !NAMES_AN_OBJECT.has(name))
      .map((parameter) => ({ name: parameter.name, values: valuesOf(document, path, parameter) })),
  }
}

function valuesOf(document: OpenApi, path: string, { name, schema }: Parameter): readonly string[] {
  const words = schema && resolve<Schema>(document, schema).enum
  const values = PLAIN[name] ?? words?.map(String)
  if (!values) throw new Error(`${path}: say in test/api/matrix/document.ts what the parameter ${name} holds`)
  return values
}

const holdsId = (property: string) => /(?:^|_)id$/.test(property)

const distinct = (bodies: readonly Body[]): Body[] => [
  ...new Map(bodies.map((body) => [JSON.stringify(body), body])).values(),
]

function withoutIds(body: unknown): Body {
  return Object.fromEntries(Object.entries(body as Body).filter(([name]) => !holdsId(name)))
}

/** All properties of an object's schema, also where it is one of several. */
function propertiesOf(schema: Schema | null): string[] {
  if (!schema) return []
  const others = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  return [...Object.keys(schema.properties ?? {}), ...others.flatMap(propertiesOf)]
}

function resolve<T extends object>(document: OpenApi, value: T | Reference): T {
  const pointer = '$ref' in value ? value.$ref : undefined
  if (typeof pointer !== 'string') return value as T
  const found = pointer
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document)
  if (!found) throw new Error(`the document has nothing at ${pointer}`)
  return resolve(document, found as T)
}

function deepResolve(document: OpenApi, schema: Schema): Schema {
  const { $ref: _, ...whole } = resolve<Schema>(document, schema)
  const each = (list: readonly Schema[]) => list.map((part) => deepResolve(document, part))
  return {
    ...whole,
    ...(whole.anyOf && { anyOf: each(whole.anyOf) }),
    ...(whole.oneOf && { oneOf: each(whole.oneOf) }),
    ...(whole.items && { items: deepResolve(document, whole.items) }),
    ...(whole.properties && {
      properties: Object.fromEntries(
        Object.entries(whole.properties).map(([name, part]) => [name, deepResolve(document, part)]),
      ),
    }),
  }
}
