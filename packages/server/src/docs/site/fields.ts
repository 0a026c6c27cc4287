import { type Html, html } from '../../page/html.ts'
import type { JsonSchema, Parameter } from '../openapi/types.ts'
import { inline } from './markdown.ts'

/** The properties of an object as a list, nested ones inside. `input`: required ones are marked as such. */
export function fieldList(schema: JsonSchema, direction: 'input' | 'output'): Html {
  const entries = Object.entries(schema.properties ?? {})
  return html`<ul class="fields">${entries.map(([name, property]) => {
    const required = schema.required?.includes(name) ?? false
    const mark = direction === 'input' ? (required ? 'required' : '') : required ? '' : 'not always there'
    return field(name, property, mark, direction)
  })}</ul>`
}

/** Parameters of a path or a query. */
export function parameterList(parameters: readonly Parameter[]): Html {
  return html`<ul class="fields">${parameters.map(({ name, schema, description, required }) =>
    field(name, { ...schema, ...(description && { description }) }, required ? 'required' : '', 'input'),
  )}</ul>`
}

function field(name: string, schema: JsonSchema, mark: string, direction: 'input' | 'output'): Html {
  const inner = [schema, ...(schema.anyOf ?? []), schema.items].find((part) => part?.properties)
  return html`<li><div class="field"><code class="name">${name}</code> <span class="type">${typeOf(schema)}</span>
${mark && html`<span class="mark">${mark}</span>`}</div>
${schema.description && html`<p>${inline(schema.description)}</p>`}${choices(schema)}
${inner && html`<details><summary>Fields of <code>${name}</code></summary>${fieldList(inner, direction)}</details>`}</li>`
}

/** What fits, in words: `number or string`, `transaction`, `string, up to 255 characters`. */
export function typeOf(schema: JsonSchema): Html {
  if (schema.$ref) return objectLink(schema.$ref)
  if (schema.const !== undefined) return html`always <code>${JSON.stringify(schema.const)}</code>`
  const options = schema.anyOf ?? schema.oneOf
  if (options) return html`${options.map((option, i) => html`${i > 0 && ' or '}${typeOf(option)}`)}`
  const types = [schema.type ?? 'any'].flat()
  const words = types.map((type) =>
    type === 'array' ? html`array of ${typeOf(schema.items ?? {})}` : html`${type}`,
  )
  const names = words.map((word, i) => html`${i > 0 && ' or '}${word}`)
  const bounds = boundsOf(schema)
  return html`${names}${bounds && `, ${bounds}`}`
}

/** A link to the object that a `$ref` names. */
export function objectLink(ref: string): Html {
  const name = ref.split('/').at(-1) ?? ''
  return html`<a href="#object-${name}">${name}</a>`
}

function boundsOf({ minimum, maximum, minLength, maxLength, default: standard, format }: JsonSchema): string {
  const range = (low: number | undefined, high: number | undefined, unit: string) => {
    // A bound that nobody reaches says nothing.
    if (high !== undefined && high > 1e9) return low ? `from ${low}${unit}` : ''
    if (low !== undefined && high !== undefined) return `${low} to ${high}${unit}`
    if (high !== undefined) return `up to ${high}${unit}`
    return low === undefined || low === 0 ? '' : `from ${low}${unit}`
  }
  return [
    format === 'date-time' ? 'ISO 8601 time' : '',
    range(minimum, maximum, ''),
    range(minLength, maxLength, ' characters'),
    standard === undefined ? '' : `default ${JSON.stringify(standard)}`,
  ]
    .filter((part) => part !== '')
    .join(', ')
}

function choices(schema: JsonSchema): Html | '' {
  const values = schema.enum ?? schema.items?.enum
  if (!values || values.length < 2) return ''
  return html`<p class="choices">One of ${values.map((value) => html` <code>${String(value)}</code>`)}</p>`
}
