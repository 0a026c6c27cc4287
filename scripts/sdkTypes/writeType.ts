import { refName, type Schema, typeName } from './document.ts'

/** How a schema is turned into a type. */
export type WriteOptions = {
  /** Of what the caller gives, not of what the API answers: unset may be written as undefined. */
  readonly input: boolean
  /** Where in the document, to name what cannot be turned. */
  readonly at: string
  /** Called with the name of each type that is used. */
  readonly uses: (type_name: string) => void
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
}

/** The TypeScript type of a schema. Throws for what it does not know, so that nothing is typed as less than it is. */
export function writeType(schema: Schema, options: WriteOptions): string {
  if (schema.$ref !== undefined) {
    const name = typeName(refName(schema.$ref))
    options.uses(name)
    return name
  }
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)))
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) return union(alternatives.map((one) => writeType(one, options)))
  if (schema.allOf) return schema.allOf.map((one) => `(${writeType(one, options)})`).join(' & ')
  if (typeof schema.type === 'object')
    return union(schema.type.map((type) => writeType({ ...schema, type }, options)))
  if (schema.type === 'object') return writeObject(schema, options)
  if (schema.type === 'array') return writeArray(schema, options)
  if (schema.type === undefined && Object.keys(schema).every((key) => key === 'description')) return 'unknown'
  const primitive = PRIMITIVES[schema.type ?? '']
  if (primitive === undefined)
    throw new Error(`${options.at}: cannot turn ${JSON.stringify(schema)} into a type`)
  // A moment may be given as what JavaScript has for it.
  return options.input && schema.format === 'date-time' ? 'string | Date' : primitive
}

/** The fields of an object type with their comments, for `{ … }`. */
export function writeFields(schema: Schema, options: WriteOptions): string {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const required = schema.required?.includes(name) ?? false
    const type = writeType(field, { ...options, at: `${options.at}.${name}` })
    const unset = options.input && !required ? ' | undefined' : ''
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
    return `${comment(field.description)}${key}${required ? '' : '?'}: ${type}${unset}`
  })
  return fields.join('\n')
}

/** A doc comment with its line break, empty without a text. */
export function comment(...paragraphs: (string | undefined)[]): string {
  const lines = paragraphs.flatMap((text) => (text ? wrap(text.replaceAll('*/', '* /')) : []))
  if (lines.length === 0) return ''
  if (lines.length === 1) return `/** ${lines[0]} */\n`
  return `/**\n${lines.map((line) => ` * ${line}`).join('\n')}\n */\n`
}

function writeObject(schema: Schema, options: WriteOptions): string {
  const { additionalProperties: more, propertyNames: names } = schema
  const at = `${options.at}.*`
  const value = typeof more === 'object' ? writeType(more, { ...options, at }) : null
  // Named keys are keys that may be there: those that must be there are properties.
  const record = names?.enum
    ? `Partial<Record<${writeType(names, { ...options, at })}, ${value}>>`
    : `Record<string, ${value}>`
  if (!schema.properties) return value === null ? 'Record<string, unknown>' : record
  const fields = `{\n${writeFields(schema, options)}\n}`
  return value === null ? fields : `${fields} & ${record}`
}

function writeArray(schema: Schema, options: WriteOptions): string {
  const at = `${options.at}[]`
  if (schema.prefixItems)
    return `[${schema.prefixItems.map((item) => writeType(item, { ...options, at })).join(', ')}]`
  const item = writeType(schema.items ?? {}, { ...options, at })
  return /^\w+$/.test(item) ? `${item}[]` : `Array<${item}>`
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ')
}

function wrap(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < 96) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
