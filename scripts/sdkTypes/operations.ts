import {
  answerSchema,
  type Document,
  jsonSchema,
  type Operation,
  type Parameter,
  queryOf,
  refName,
  type Schema,
  typeName,
} from './document.ts'
import { comment, writeFields, writeType } from './writeType.ts'
import { type TypeFile, typeFile } from './typeFile.ts'

export type NamedOperation = Operation & { id: string; method: string; path: string; query: Parameter[] }

/** Every operation of the document, by path. */
export function operationsOf(document: Document): NamedOperation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const id = operation.operationId
      if (id === undefined) throw new Error(`${method.toUpperCase()} ${path} has no operationId`)
      return { ...operation, id, method: method.toUpperCase(), path, query: queryOf(document, operation) }
    }),
  )
}

/** Files of what the operations take: `ListTransactionsParams` is the query of `listTransactions`, or a body. */
export function paramsFiles(operations: readonly NamedOperation[]): TypeFile[] {
  return operations.flatMap((operation) => {
    const schema = paramsSchema(operation)
    if (schema === null) return []
    const name = paramsName(operation.id)
    return typeFile(name, (uses) => {
      const about = comment(`What \`${operation.id}\` takes.`)
      const at = `${operation.method} ${operation.path}`
      return `${about}export type ${name} = {\n${writeFields(schema, { input: true, at, uses })}\n}`
    })
  })
}

/** Files of what the operations answer, as far as it is no component: `ListTransactionsAnswer`. */
export function answerFiles(operations: readonly NamedOperation[]): TypeFile[] {
  return operations.flatMap((operation) => {
    const schema = answerSchema(operation)
    if (schema === null || schema.$ref !== undefined) return []
    const name = answerName(operation.id)
    return typeFile(name, (uses) => {
      const at = `answer of ${operation.method} ${operation.path}`
      const about = comment(`What \`${operation.id}\` answers.`)
      return `${about}export type ${name} = ${writeType(schema, { input: false, at, uses })}`
    })
  })
}

/** The file of all operations: what each takes and answers as types, and where it is as values. */
export function operationsFile(operations: readonly NamedOperation[]): TypeFile {
  return typeFile('operations', (uses) => {
    const types = operations.map((operation) => {
      const parts = [`answer: ${answerType(operation, uses)}`]
      if (paramsSchema(operation) !== null) {
        const name = paramsName(operation.id)
        uses(name)
        const is_query = operation.method === 'GET'
        const required = is_query
          ? operation.query.some((one) => one.required)
          : operation.requestBody?.required
        parts.unshift(
          `${is_query ? 'query' : 'body'}${required ? '' : '?'}: ${name}${required ? '' : ' | undefined'}`,
        )
      }
      const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `${name}: string`)
      if (names.length > 0) parts.unshift(`path: { ${names.join('; ')} }`)
      return `${comment(sentence(operation.summary), operation.description)}${operation.id}: {\n${parts.join('\n')}\n}`
    })
    const routes = operations.map(({ id, method, path }) => `${id}: '${method} ${path}',`)
    return [
      comment('What each operation takes and answers.'),
      `export type Operations = {\n${types.join('\n')}\n}\n\n`,
      comment('Method and path of each operation.'),
      `export const ROUTES = {\n${routes.join('\n')}\n} as const satisfies Record<keyof Operations, string>`,
    ].join('')
  })
}

/** A date alone is good too there, so the document does not call them `date-time`; a Date is one in any case. */
const TIMES = new Set(['from', 'to'])

const paramsName = (id: string) => `${typeName(id)}Params`
const answerName = (id: string) => `${typeName(id)}Answer`
const sentence = (text: string | undefined) => text?.replace(/[^.]$/, '$&.')

function paramsSchema(operation: NamedOperation): Schema | null {
  if (operation.method !== 'GET') return jsonSchema(operation.requestBody)
  return operation.query.length > 0 ? querySchema(operation.query) : null
}

/** One schema for a query string; `metadata[order_id]` becomes the field `order_id` of `metadata`. */
function querySchema(parameters: readonly Parameter[]): Schema {
  const properties: Record<string, Schema> = {}
  for (const { name, description, schema = {} } of parameters) {
    const described = {
      ...schema,
      ...(description && { description }),
      ...(TIMES.has(name) && { format: 'date-time' }),
    }
    const [, outer, inner] = /^(\w+)\[(\w+)\]$/.exec(name) ?? []
    if (outer === undefined || inner === undefined) properties[name] = described
    else {
      const fields = { ...properties[outer]?.properties, [inner]: described }
      properties[outer] = { type: 'object', properties: fields }
    }
  }
  return {
    type: 'object',
    properties,
    required: parameters.flatMap((one) => (one.required ? [one.name] : [])),
  }
}

function answerType(operation: NamedOperation, uses: (name: string) => void): string {
  const schema = answerSchema(operation)
  if (schema === null) return 'undefined'
  const name = schema.$ref === undefined ? answerName(operation.id) : typeName(refName(schema.$ref))
  uses(name)
  return name
}
