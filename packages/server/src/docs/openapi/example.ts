import type { JsonSchema } from './types.ts'

type Components = Record<string, JsonSchema>

/**
 * An example of what the schema describes, put together from the examples, constants and choices in it. An optional
 * property is left out unless it has an example. `undefined` when a part that has to be there has none: the document's
 * lint then names it.
 */
export function exampleOf(schema: JsonSchema, components: Components): unknown {
  if (schema.$ref) return exampleOf(components[schema.$ref.split('/').at(-1) ?? ''] ?? {}, components)
  if (schema.examples) return schema.examples[0]
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (schema.enum) return schema.enum[0]
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return firstOf(choices, components)
  const types = [schema.type ?? []].flat()
  if (types.includes('null')) return null
  if (schema.properties) return exampleObject(schema, components)
  if (types.includes('object')) return {}
  if (schema.items) {
    const item = exampleOf(schema.items, components)
    return item === undefined ? undefined : [item]
  }
  if (types.includes('boolean')) return false
  return undefined
}

function firstOf(choices: readonly JsonSchema[], components: Components): unknown {
  for (const choice of choices) {
    const example = exampleOf(choice, components)
    if (example !== undefined) return example
  }
  return undefined
}

function exampleObject(schema: JsonSchema, components: Components): unknown {
  const entries: [string, unknown][] = []
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const required = schema.required?.includes(name) ?? false
    if (!required && !hasExample(property)) continue
    const value = exampleOf(property, components)
    if (value === undefined) return undefined
    entries.push([name, value])
  }
  return Object.fromEntries(entries)
}

const hasExample = (schema: JsonSchema): boolean =>
  schema.examples !== undefined || (schema.anyOf?.some(hasExample) ?? false)
