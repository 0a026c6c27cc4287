/** One instruction of a Dockerfile, its continued lines joined. */
export type Instruction = { readonly keyword: string; readonly text: string; readonly line: number }

export type Stage = {
  readonly base: string
  readonly name: string | null
  readonly instructions: readonly Instruction[]
}

/** The stages of a Dockerfile, with the defaults of its `ARG`s put in. Knows the instructions that ours uses. */
export function parseDockerfile(text: string): Stage[] {
  const stages: { base: string; name: string | null; instructions: Instruction[] }[] = []
  const args = new Map<string, string>()
  for (const instruction of instructionsOf(text)) {
    const filled = instruction.text.replace(/\$\{(\w+)\}/g, (_, name: string) => args.get(name) ?? '')
    if (instruction.keyword === 'ARG') {
      const [name = '', value = ''] = filled.split('=')
      args.set(name, value)
    } else if (instruction.keyword === 'FROM') {
      const [base = '', , name = null] = filled.split(/\s+/)
      stages.push({ base, name, instructions: [] })
    } else {
      stages.at(-1)?.instructions.push({ ...instruction, text: filled })
    }
  }
  return stages
}

function instructionsOf(text: string): Instruction[] {
  const found: Instruction[] = []
  let open: { keyword: string; text: string; line: number } | null = null
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*#/.test(line) || (open === null && line.trim() === '')) continue
    const goes_on = line.endsWith('\\')
    const part = (goes_on ? line.slice(0, -1) : line).trim()
    if (open === null) {
      const [, keyword = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(part) ?? []
      open = { keyword: keyword.toUpperCase(), text: rest, line: index + 1 }
    } else open.text += ` ${part}`
    if (goes_on) continue
    found.push(open)
    open = null
  }
  return found
}

/** `["a", "b"]` as words: the form that runs without a shell, so that signals reach the program. */
export function execForm(text: string): string[] {
  const words: unknown = JSON.parse(text)
  if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words
  throw new Error(`not the exec form: ${text}`)
}
