/** The subset of JSON Schema (2020-12) and OpenAPI 3.1 that the generator reads. */
export type Schema = {
  $ref?: string
  description?: string
  type?: string | readonly string[]
  format?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly Schema[]
  oneOf?: readonly Schema[]
  allOf?: readonly Schema[]
  items?: Schema
  prefixItems?: readonly Schema[]
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  additionalProperties?: Schema | boolean
  propertyNames?: Schema
}

type Reference = { $ref: string }
type Body = { content?: Readonly<Record<string, { schema?: Schema }>> }

export type Parameter = {
  name: string
  in: string
  required?: boolean
  description?: string
  schema?: Schema
}

export type Operation = {
  operationId?: string
  summary?: string
  description?: string
  parameters?: readonly (Parameter | Reference)[]
  requestBody?: Body & { required?: boolean }
  responses?: Readonly<Record<string, Body | Reference>>
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

export type Document = {
  paths: Paths
  webhooks?: Paths
  components?: {
    schemas?: Readonly<Record<string, Schema>>
    parameters?: Readonly<Record<string, Parameter>>
  }
}

/** Name of the TypeScript type of a component or an operation: `checkout_session` is `CheckoutSession`. */
export function typeName(name: string): string {
  // `Event` is a type of every runtime already.
  if (name === 'event') return 'SkiroEvent'
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
}

/** Name of the component that a `$ref` points at. Throws for one that points elsewhere. */
export function refName(ref: string): string {
  const name = /^#\/components\/schemas\/([^/]+)$/.exec(ref)?.[1]
  if (name === undefined) throw new Error(`Only components can be referred to, not ${ref}`)
  return name
}

/** Names of all components that a schema refers to, itself or through others. */
export function refsOf(document: Document, schema: unknown, found = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return found
  for (const [key, value] of Object.entries(schema)) {
    if (key !== '$ref' || typeof value !== 'string') {
      refsOf(document, value, found)
      continue
    }
    const name = refName(value)
    if (found.has(name)) continue
    refsOf(document, document.components?.schemas?.[name], found.add(name))
  }
  return found
}

/** The schema of a JSON body, null when there is none. */
export function jsonSchema(body: Body | undefined): Schema | null {
  return body?.content?.['application/json']?.schema ?? null
}

/** The schema of what an operation answers when it succeeds, null when it answers nothing. */
export function answerSchema(operation: Operation): Schema | null {
  const [, answer] =
    Object.entries(operation.responses ?? {}).find(([status]) => status.startsWith('2')) ?? []
  return answer === undefined || '$ref' in answer ? null : jsonSchema(answer)
}

/** The parameters of the query string. */
export function queryOf(document: Document, operation: Operation): Parameter[] {
  const shared = document.components?.parameters ?? {}
  return (operation.parameters ?? [])
    .map((one) => ('$ref' in one ? shared[one.$ref.replace('#/components/parameters/', '')] : one))
    .filter((one) => one?.in === 'query') as Parameter[]
}
