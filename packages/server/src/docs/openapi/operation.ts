import { errorAnswers } from './errorAnswers.ts'
import { errorsOf } from './errorsOf.ts'
import { exampleOf } from './example.ts'
import type { DocumentedRoute } from './routes.ts'
import type { SchemaWriter } from './schemas.ts'
import type { Answer, JsonSchema, Operation, Parameter, Reference } from './types.ts'

const STATUS_TEXTS: Readonly<Record<string, string>> = {
  200: 'Done.',
  201: 'Created.',
  204: 'Done. No body.',
}

/** A route as an OpenAPI operation. Whatever a route does not say follows from its method, path and schemas. */
export function describeOperation(route: DocumentedRoute, { write, components }: SchemaWriter): Operation {
  const { schema: body, optional } = bodySchema(route.body ? write(route.body, 'input') : null)
  const answers = Object.entries(route.response).map(([status, schema]): [string, Answer] => [
    status,
    successAnswer(status, write(schema, 'output'), components, route),
  ])
  const parameters: (Parameter | Reference)[] = [
    ...parametersOf('path', route.params ? write(route.params, 'input') : null),
    ...parametersOf('query', route.querystring ? write(route.querystring, 'input') : null),
    ...(route.method === 'POST' ? [{ $ref: '#/components/parameters/Idempotency-Key' }] : []),
  ]
  exemplifyCursors(parameters, answers)
  return {
    operationId: route.operationId,
    tags: [...route.tags],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: bodyOf(body, optional, components, route) }),
    responses: { ...Object.fromEntries(answers), ...errorAnswers(errorsOf(route, body)) },
  }
}

function parametersOf(place: 'path' | 'query', schema: JsonSchema | null): Parameter[] {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => {
    const { description, examples, ...rest } = property
    const example = examples?.[0] ?? property.enum?.[0] ?? exampleId(description)
    return {
      name,
      in: place,
      required: place === 'path' || (schema?.required?.includes(name) ?? false),
      ...(description && { description }),
      schema: rest,
      ...(example !== undefined && { example }),
    }
  })
}

/** Where a page starts or ends is shown by the id of an object that such a page could hold. */
function exemplifyCursors(
  parameters: readonly (Parameter | Reference)[],
  answers: readonly [string, Answer][],
): void {
  const list = answers[0]?.[1].content?.['application/json']?.example
  const id = (list as { data?: { id?: string }[] } | undefined)?.data?.[0]?.id
  for (const parameter of parameters) {
    if ('name' in parameter && /^(?:starting_after|ending_before)$/.test(parameter.name))
      parameter.example ??= id
  }
}

/** An id whose description shows its prefix, as "Session id, cs_…" does, needs no example of its own. */
function exampleId(description: string | undefined): string | undefined {
  const [, prefix] = /\b([a-z]+_)…/.exec(description ?? '') ?? []
  return prefix && `${prefix}01jf2m8s5v0x3c9q6w4e7r1t2y`
}

/** A body that may be null may also be absent, which is how it is described. */
function bodySchema(schema: JsonSchema | null): { schema: JsonSchema | null; optional: boolean } {
  if (!Array.isArray(schema?.type)) return { schema, optional: false }
  return { schema: { ...schema, type: 'object' }, optional: true }
}

function bodyOf(
  schema: JsonSchema,
  optional: boolean,
  components: Record<string, JsonSchema>,
  route: DocumentedRoute,
) {
  const example = route.examples.body ?? exampleOf(schema, components)
  const media = { schema, ...(example === undefined ? {} : { example }) }
  return { required: !optional, content: { 'application/json': media } }
}

function successAnswer(
  status: string,
  schema: JsonSchema,
  components: Record<string, JsonSchema>,
  route: DocumentedRoute,
): Answer {
  const derived = exampleOf(schema, components)
  const example = derived && route.examples.answer ? { ...derived, ...route.examples.answer } : derived
  const header = (name: string) => ({ [name]: { $ref: `#/components/headers/${name}` } })
  return {
    description: STATUS_TEXTS[status] ?? 'Done.',
    headers: {
      ...header('Request-Id'),
      ...header('RateLimit'),
      ...header('RateLimit-Policy'),
      ...(route.method === 'POST' && header('Idempotent-Replayed')),
    },
    content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } },
  }
}
