/** What a cell may hold. Null is shown as a dash, a Date in ISO 8601 without its fraction. */
export type Cell = string | number | boolean | bigint | Date | null

/** Rows under their headings in aligned columns; `empty` when there is no row. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  empty: string,
): string {
  if (rows.length === 0) return `${empty}\n`
  const lines = [headings, ...rows.map((row) => row.map(show))]
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** Named values below each other. */
export function facts(rows: readonly (readonly [name: string, value: Cell])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${show(value)}\n`).join('')
}

// A name that a merchant chose must not move the cursor or fake a line of the operator's terminal.
const CONTROL = /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu

function show(cell: Cell): string {
  if (cell === null) return '-'
  if (cell instanceof Date) return cell.toISOString().replace(/\.\d+Z$/, 'Z')
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no'
  return String(cell).replaceAll(CONTROL, '?')
}
