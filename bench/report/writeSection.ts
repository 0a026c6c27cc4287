import { readFile, writeFile } from 'node:fs/promises'

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. @throws Error when the marks are missing. */
export function replaceSection(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const start = text.indexOf(open)
  const end = text.indexOf(close)
  if (start < 0 || end < start) throw new Error(`no section ${name}`)
  return `${text.slice(0, start)}${open}\n\n${content}\n\n${text.slice(end)}`
}

/** Puts a table into the README beside this bench. */
export async function writeSection(name: string, content: string): Promise<void> {
  const file = new URL('../README.md', import.meta.url)
  await writeFile(file, replaceSection(await readFile(file, 'utf8'), name, content))
}
