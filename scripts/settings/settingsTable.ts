import { z } from 'zod'
import { formatDecimal } from '../../packages/server/src/lib/money.ts'

/** A Markdown table of a schema's fields: name, default, description. Complains of every field without a description. */
export function settingsTable(schema: z.ZodObject): { table: string; complaints: string[] } {
  const fields = Object.entries(schema.shape) as [string, z.ZodType][]
  const complaints = fields
    .filter(([, field]) => !field.description)
    .map(([name]) => `${name} has no description: add .describe(…) as the last call of its schema`)
  const rows = fields.map(
    ([name, field]) => `| \`${name}\` | ${defaultOf(field)} | ${escape(field.description)} |`,
  )
  return { table: ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n'), complaints }
}

const escape = (text = '') => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** As it would be written in the environment. */
function defaultOf(field: z.ZodType): string {
  if (field instanceof z.ZodOptional) return 'none'
  // Its default is what it makes of nothing.
  if (field instanceof z.ZodPrefault) return 'empty'
  if (!(field instanceof z.ZodDefault)) return 'required'
  const text = asWritten(field.def.defaultValue)
  return text === '' ? 'empty' : `\`${escape(text)}\``
}

function asWritten(value: unknown): string {
  if (value === null) return 'off'
  // The only big integers are amounts of money with two decimals.
  if (typeof value === 'bigint') return formatDecimal(value, 2)
  if (Array.isArray(value)) return value.join(',')
  if (isRate(value)) return `${value.count}/${value.seconds}`
  if (typeof value === 'object') return Object.keys(value ?? {}).length === 0 ? '' : JSON.stringify(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isRate(value: unknown): value is { count: number; seconds: number } {
  return typeof value === 'object' && value !== null && 'count' in value && 'seconds' in value
}
