/** A JSON Schema (draft 2020-12), as OpenAPI 3.1 takes it. */
export type JsonSchema = {
  $ref?: string
  type?: string | string[]
  description?: string
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  propertyNames?: JsonSchema
  items?: JsonSchema
  anyOf?: JsonSchema[]
  allOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  discriminator?: { propertyName: string; mapping: Record<string, string> }
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  default?: unknown
  examples?: unknown[]
}

export type Reference = { $ref: string }

export type Parameter = {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description?: string
  schema: JsonSchema
  example?: unknown
}

export type Header = { description: string; schema: JsonSchema; example: unknown }

export type MediaType = {
  schema: JsonSchema
  example?: unknown
  examples?: Record<string, Reference | { summary?: string; value: unknown }>
}

export type Answer = {
  description: string
  headers?: Record<string, Reference | Header>
  content?: Record<string, MediaType>
}

export type CodeSample = { lang: string; label: string; source: string }

export type Operation = {
  operationId?: string
  tags?: string[]
  summary?: string
  description?: string
  parameters?: (Parameter | Reference)[]
  requestBody?: { required: boolean; content: Record<string, MediaType> }
  responses?: Record<string, Answer | Reference>
  'x-codeSamples'?: CodeSample[]
}

/** The parts of an OpenAPI 3.1 document that we write. */
export type OpenApi = {
  openapi: string
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } }
  servers: { url: string; description: string }[]
  security: Record<string, string[]>[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  webhooks: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, JsonSchema>
    responses: Record<string, Answer>
    parameters: Record<string, Parameter>
    headers: Record<string, Header>
    examples: Record<string, { summary: string; value: unknown }>
    securitySchemes: Record<string, { type: string; scheme: string; description: string }>
  }
}

/** A parameter or an answer as it is, looked up where it stands. @throws when the document names what it lacks */
export function resolve<T extends object>(document: OpenApi, value: T | Reference): T {
  if (!('$ref' in value)) return value
  const path = value.$ref.replace(/^#\//, '').split('/')
  let found: unknown = document
  for (const name of path) found = (found as Record<string, unknown> | undefined)?.[name]
  if (found === undefined) throw new Error(`${value.$ref} is not in the document`)
  return found as T
}
