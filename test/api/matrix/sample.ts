/** JSON Schema 2020-12, as far as our schemas use it. */
export type Schema = {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly example?: unknown
  readonly examples?: readonly unknown[]
  readonly format?: string
  readonly minimum?: number
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

/**
 * A value that the schema allows, made from its examples, its lists of words, and its types. `whole`: with every
 * property, otherwise only with the required ones.
 */
export function sampleOf(schema: Schema, whole: boolean, name = ''): unknown {
  const [given] = [...(schema.examples ?? []), schema.example, schema.const, ...(schema.enum ?? [])].filter(
    (value) => value !== undefined,
  )
  if (given !== undefined) return given
  const [first] = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  if (first) return sampleOf(first, whole, name)
  const type = [schema.type].flat()[0]
  if (type === 'object') {
    const names = Object.entries(schema.properties ?? {}).filter(
      ([name]) => whole || schema.required?.includes(name),
    )
    return Object.fromEntries(names.map(([name, part]) => [name, sampleOf(part, whole, name)]))
  }
  if (type === 'array') return schema.items ? [sampleOf(schema.items, whole, name)] : []
  if (type === 'string') return textFor(schema, name)
  if (type === 'integer' || type === 'number') return schema.minimum ?? 10
  return type === 'boolean' ? true : null
}

function textFor({ format }: Schema, name: string): string {
  if (format === 'email') return 'ada@shop.example'
  if (format === 'date-time') return '2031-01-01T00:00:00Z'
  return format === 'uri' || /(?:^|_)url$/.test(name) ? 'https://shop.example/hook' : 'text'
}
