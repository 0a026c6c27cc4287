import { posix } from 'node:path'
import type { Source } from './source.ts'

/** One file naming another, or a package. */
export type Import = {
  readonly from: string
  /** A path of the repository, or the package's name as written. */
  readonly to: string
  readonly at: number
  /** `import type`: gone when the program runs. */
  readonly type_only: boolean
}

/** Every import, re-export and dynamic import of a file. */
export function importsOf({ path, code, quoted }: Source): Import[] {
  return quoted.flatMap(({ at, text }) => {
    if (!/(?:^|[^.\w$])(?:from|import\s*\(?)\s*$/.test(code.slice(Math.max(0, at - 20), at))) return []
    const start = Math.max(code.lastIndexOf('import', at), code.lastIndexOf('export', at))
    const to = text.startsWith('.') ? posix.join(posix.dirname(path), text) : text
    return [{ from: path, to, at, type_only: /^\w+\s+type\s+[{*\w]/.test(code.slice(start, at)) }]
  })
}

/** Rings of files that import each other when they run, each named once. Type imports close no ring. */
export function findCycles(imports: readonly Import[]): string[][] {
  const targets = Map.groupBy(
    imports.filter((edge) => !edge.type_only),
    (edge) => edge.from,
  )
  const done = new Set<string>()
  const trail: string[] = []
  const cycles: string[][] = []
  const visit = (file: string) => {
    const seen_at = trail.indexOf(file)
    if (seen_at >= 0) cycles.push([...trail.slice(seen_at), file])
    if (seen_at >= 0 || done.has(file)) return
    trail.push(file)
    for (const edge of targets.get(file) ?? []) visit(edge.to)
    trail.pop()
    done.add(file)
  }
  for (const file of targets.keys()) visit(file)
  return cycles
}
