import { type SampleCall, codeSamples } from '../samples/samples.ts'
import { sdkCall } from '../samples/sdkCall.ts'
import { type OpenApi, type Operation, resolve } from './types.ts'

/** Gives each operation its `x-codeSamples`, made from the examples of its parameters and body. */
export function addSamples(document: OpenApi, public_url: string): void {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const call = exampleCall(document, path, method, operation)
      operation['x-codeSamples'] = codeSamples(call, public_url)
    }
  }
}

type Example = { object?: string; data?: { object?: string }[] }

function objectsOf(answer: unknown): Pick<SampleCall, 'answers' | 'item'> {
  const { object = 'answer', data } = (answer ?? {}) as Example
  return { answers: object, item: object === 'list' ? (data?.[0]?.object ?? 'item') : null }
}

/** The call that the operation's examples add up to. Of the query, what is required and how much to list. */
export function exampleCall(
  document: OpenApi,
  path: string,
  method: string,
  operation: Operation,
): SampleCall {
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(document, parameter))
  const path_values = parameters.filter((parameter) => parameter.in === 'path')
  const query = parameters.filter(
    ({ in: place, name, required }) => place === 'query' && (required || name === 'limit'),
  )
  const body = operation.requestBody?.content['application/json']?.example
  const id = path_values[0]?.example
  const success = Object.entries(operation.responses ?? {}).find(([status]) => status.startsWith('2'))?.[1]
  const answer = success && resolve(document, success).content?.['application/json']?.example
  return {
    method: method.toUpperCase(),
    path: path_values.reduce((text, { name, example }) => text.replace(`{${name}}`, String(example)), path),
    query: Object.fromEntries(query.map(({ name, example }) => [name, example])),
    body,
    idempotency_key:
      (parameters.find(({ name }) => name === 'Idempotency-Key')?.example as string | undefined) ?? null,
    sdk: sdkCall(operation.operationId ?? '', operation.tags?.[0] ?? ''),
    id: typeof id === 'string' ? id : null,
    ...objectsOf(answer),
  }
}
