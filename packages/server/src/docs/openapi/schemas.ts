import { z } from 'zod'
import { assert } from '../../lib/assert.ts'
import { FIELDS, OBJECTS } from './fields.ts'
import type { JsonSchema } from './types.ts'

/** `input`: what a caller may send. `output`: what we answer, which may gain fields, so it is not closed. */
export type Direction = 'input' | 'output'

const PREFIX = '#/components/schemas/'

/**
 * Turns zod schemas into JSON Schema. A schema with an `id` in its meta becomes a component, once, however often it is
 * used; `components` holds those met so far.
 */
export function schemaWriter() {
  const components: Record<string, JsonSchema> = {}
  const defined = new Set<string>()

  /** Puts a component in place of what its zod schema says. */
  function define(id: string, schema: JsonSchema): void {
    components[id] = schema
    defined.add(id)
  }

  function write(schema: z.ZodType, io: Direction): JsonSchema {
    // Within an array, because zod writes a component out in full when it is the whole schema.
    const written = z.toJSONSchema(z.array(schema), { io, unrepresentable: 'any' })
    for (const [id, definition] of Object.entries(written.$defs ?? {})) {
      if (defined.has(id)) continue
      const about = OBJECTS[id] === undefined ? {} : { description: OBJECTS[id] }
      const component = { ...about, ...tidy(definition as JsonSchema, io, id) }
      const known = components[id]
      assert(
        known === undefined || JSON.stringify(known) === JSON.stringify(component),
        `the schema ${id} is not the same everywhere: give each shape an id of its own`,
      )
      components[id] = component
    }
    return tidy(written.items as JsonSchema, io, '')
  }

  return { write, define, components }
}

export type SchemaWriter = ReturnType<typeof schemaWriter>

/** The same in the words of the document: references to components, `examples`, no keyword that says nothing. */
function tidy(schema: JsonSchema, io: Direction, component: string): JsonSchema {
  const { $ref, anyOf, items, properties, additionalProperties, propertyNames, ...plain } = schema
  const { example, id, ...rest } = plain as JsonSchema & { example?: unknown; id?: unknown }
  void id
  const deeper = (part: JsonSchema) => tidy(part, io, component)
  const tidied: JsonSchema = {
    ...($ref === undefined ? {} : { $ref: $ref.replace('#/$defs/', PREFIX) }),
    ...rest,
    ...(example === undefined ? {} : { examples: [example] }),
    ...(properties && {
      properties: mapValues(properties, (part, name) => explain(deeper(part), name, component)),
    }),
    ...(items && { items: deeper(items) }),
    ...(anyOf && { anyOf: anyOf.filter((part) => Object.keys(part).length > 0).map(deeper) }),
    // A bare `{ type: 'string' }` is true of every key.
    ...(propertyNames && Object.keys(propertyNames).length > 1 && { propertyNames }),
  }
  if (typeof additionalProperties === 'object') tidied.additionalProperties = deeper(additionalProperties)
  else if (additionalProperties !== undefined && io === 'input')
    tidied.additionalProperties = additionalProperties
  return foldNull(tidied)
}

/** Adds what FIELDS knows of a property and its own schema does not say. */
function explain(property: JsonSchema, name: string, component: string): JsonSchema {
  const known = { ...FIELDS[name], ...FIELDS[`${component}.${name}`] }
  const { type, ...words } = known
  // Answers only: what a caller may send is what the schema takes, no more and no less.
  const narrowed = type && property.type === 'number' ? { type } : {}
  return { ...words, ...property, ...narrowed }
}

/** `{ anyOf: [{ type: 'string', … }, { type: 'null' }] }` as `{ type: ['string', 'null'], … }`: shorter, and the same. */
function foldNull(schema: JsonSchema): JsonSchema {
  const { anyOf, ...outer } = schema
  const [value, other, ...more] = anyOf ?? []
  if (!value || other?.type !== 'null' || more.length > 0) return schema
  if (typeof value.type !== 'string' || value.enum || value.const !== undefined) return schema
  return { ...value, ...outer, type: [value.type, 'null'] }
}

export function mapValues<T, U>(
  record: Record<string, T>,
  map: (value: T, key: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]))
}
