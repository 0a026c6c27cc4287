/** A generated file and the types it exports. */
export type TypeFile = { readonly name: string; readonly text: string }

const HEAD =
  '// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.'

/**
 * The file `name` with what `write` gives, under imports of what `write` says it uses. Each type has a file of its own,
 * named as it is with a small first letter.
 */
export function typeFile(name: string, write: (uses: (type_name: string) => void) => string): TypeFile {
  const used = new Set<string>()
  const body = write((type_name) => used.add(type_name))
  const imports = [...used]
    .filter((other) => other !== name)
    .toSorted()
    .map((other) => `import type { ${other} } from './${fileName(other)}.ts'`)
  return { name: fileName(name), text: `${[HEAD, ...imports].join('\n')}\n\n${body}\n` }
}

const fileName = (name: string) => name.slice(0, 1).toLowerCase() + name.slice(1)
