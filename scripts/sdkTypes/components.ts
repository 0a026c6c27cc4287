import {
  answerSchema,
  type Document,
  jsonSchema,
  queryOf,
  refsOf,
  type Schema,
  typeName,
} from './document.ts'
import { type TypeFile, typeFile } from './typeFile.ts'
import { comment, writeFields, writeType } from './writeType.ts'

/** Files of the components that an operation takes or answers with success, or an event carries. */
export function componentFiles(document: Document): TypeFile[] {
  const used = new Set<string>()
  for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    const query = queryOf(document, operation).map((one) => one.schema)
    refsOf(document, [jsonSchema(operation.requestBody), query, answerSchema(operation)], used)
  }
  for (const { post } of Object.values(document.webhooks ?? {}))
    refsOf(document, jsonSchema(post?.requestBody), used)
  const schemas = document.components?.schemas ?? {}
  return [...used].toSorted().map((name) => {
    const schema = schemas[name]
    if (!schema) throw new Error(`There is no component ${name}`)
    return typeFile(typeName(name), (uses) => declare(name, schema, uses))
  })
}

/** The file of the error codes. */
export function errorCodeFile(document: Document): TypeFile {
  const codes = document.components?.schemas?.['error']?.properties?.['error']
  return typeFile('ErrorCode', (uses) => {
    const type = writeType(codes ?? { type: 'string' }, { input: false, at: 'error', uses })
    return `${comment('Every error code that this version knows.')}export type ErrorCode = ${type}`
  })
}

function declare(component: string, schema: Schema, uses: (name: string) => void): string {
  const options = { input: false, at: component, uses }
  const start = `${comment(schema.description)}export type ${typeName(component)} = `
  if (schema.type !== 'object' || !schema.properties) return start + writeType(schema, options)
  return `${start}{\n${writeFields(schema, options)}\n}`
}
