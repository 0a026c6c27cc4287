import { type Operations, ROUTES } from './generated/operations.ts'
import { checkId } from './checkId.ts'

/** Name of an operation of the API, as its OpenAPI document has it. */
export type OperationId = keyof Operations

/** What an operation takes: `path`, `query` or `body`. */
export type Input<Id extends OperationId> = Omit<Operations[Id], 'answer'>

/** What an operation answers. */
export type Answer<Id extends OperationId> = Operations[Id]['answer']

/** The HTTP request of an operation. `repeatable`: sent twice it has the effect of once. */
export type HttpRequest = { method: string; url: string; body: unknown; repeatable: boolean }

type AnyInput = { path?: { id: string }; query?: object | undefined; body?: unknown }

/** Method, address and body of an operation. Throws `InvalidRequestError` when the id cannot be one. */
export function httpRequest(baseUrl: string, id: OperationId, input: AnyInput): HttpRequest {
  const [method = '', template = ''] = ROUTES[id].split(' ')
  const path = template.includes('{id}') ? template.replace('{id}', checkId(input.path?.id)) : template
  return {
    method,
    url: baseUrl + path + queryString(input.query),
    body: input.body,
    // RFC 9110 §9.2.2 on GET and DELETE; a POST carries an idempotency key; a PATCH might undo another's.
    repeatable: method !== 'PATCH',
  }
}

/** `{ metadata: { order_id: 'a' } }` becomes `metadata[order_id]=a`. What is undefined is left out. */
function queryString(query: object = {}): string {
  const pairs = new URLSearchParams()
  const add = (name: string, value: unknown): void => {
    if (value instanceof Date) pairs.set(name, value.toISOString())
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) add(`${name}[${key}]`, inner)
    // oxlint-disable-next-line typescript/no-base-to-string -- what is left here is no object
    else if (value !== undefined && value !== null) pairs.set(name, String(value))
  }
  for (const [name, value] of Object.entries(query)) add(name, value)
  const text = pairs.toString()
  return text === '' ? '' : `?${text}`
}
