import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

type Json = Record<string, unknown>

/**
 * Judges values by the schemas of an OpenAPI 3.1 document, whose schemas are JSON Schema 2020-12. `closed`: an object
 * must not have properties that its schema does not name, which the document itself leaves open for later.
 * The function returns what is wrong, as `/data/0/amount must be number`.
 */
export function schemaJudge(document: object, { closed = false } = {}) {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  // It is a function with a default export of itself: CommonJS seen from a module.
  ;(addFormats as unknown as (ajv: Ajv2020) => void)(ajv)
  const prepare = (schema: unknown) => absolute(closed ? close(schema) : schema)
  const { components } = document as { components?: object }
  ajv.addSchema({ $id: ID, components: prepare(components ?? {}) })

  return (schema: object, value: unknown): string[] => {
    const validate = ajv.compile(prepare(schema) as object)
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const extra = (params as { additionalProperty?: string }).additionalProperty
      return `${instancePath || '/'} ${message}${extra ? `: ${extra}` : ''}`
    })
  }
}

const ID = 'https://skiro.test/openapi.json'

/** References as they stand in the document, made to name it. */
function absolute(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${ID}#/`))
}

function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close)
  if (typeof schema !== 'object' || schema === null) return schema
  const closed: Json = {}
  for (const [key, value] of Object.entries(schema)) {
    // The parts of an `allOf` see the same object, so that none of them knows all of its properties.
    closed[key] = DATA.has(key) || key === 'allOf' ? value : close(value)
  }
  if (typeof closed.properties === 'object' && closed.additionalProperties === undefined && !closed.allOf)
    closed.additionalProperties = false
  return closed
}

/** Keywords that hold values, not schemas. */
const DATA = new Set(['examples', 'example', 'const', 'enum', 'default', 'required'])
