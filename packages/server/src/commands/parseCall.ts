import { parseArgs } from 'node:util'
import { closest } from './closest.ts'
import { type Command, type Options, UsageError } from './command.ts'

/** Options that every command has. */
export const COMMON = {
  json: { type: 'boolean', help: 'print one JSON document on standard output' },
  'env-file': {
    type: 'string',
    value: '<path>',
    help: 'read settings from this file; those of the environment win',
  },
  help: { type: 'boolean', help: 'print this help' },
} as const satisfies Options

/** What the words of a command line ask for. */
export type Call =
  | { readonly kind: 'help'; readonly about: string }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'run'
      readonly command: Command
      readonly values: Readonly<Record<string, unknown>>
      readonly json: boolean
      readonly env_file: string | null
    }

/**
 * Reads a command line, without the program's name.
 * @throws UsageError that names the word which is wrong and the one that was probably meant.
 */
export function parseCall(args: readonly string[], commands: readonly Command[]): Call {
  if (args[0] === '--version' || args[0] === '-v') return { kind: 'version' }
  const asks_help = args.some((word) => word === '--help' || word === '-h')
  const words = leadingWords(args)
  if (words[0] === 'help') return { kind: 'help', about: known(words.slice(1), commands) }
  // The longest name counts: `treasury` is a command, and so is `treasury orders`.
  const [command] = commands
    .filter(({ name }) => startsWith(words, name))
    .toSorted((a, b) => b.name.length - a.name.length)
  if (command) refuseUnknownWord(words, command, commands)
  if (!command) {
    const about = known(words, commands)
    if (asks_help) return { kind: 'help', about }
    const first = args[0]
    if (about === '' && first?.startsWith('-'))
      throw new UsageError(`The command comes first, before ${first}.`, '')
    throw new UsageError(about === '' ? 'Name a command.' : `"${about}" needs one more word.`, about, true)
  }
  if (asks_help) return { kind: 'help', about: command.name }
  const { json, 'env-file': env_file, ...values } = readOptions(args.slice(length(command.name)), command)
  return {
    kind: 'run',
    command,
    values,
    json: json === true,
    env_file: typeof env_file === 'string' ? env_file : null,
  }
}

/** A word after a command that is also the name of a group: it was meant to be one of the group. @throws UsageError */
function refuseUnknownWord(words: readonly string[], command: Command, commands: readonly Command[]): void {
  const extra = words[length(command.name)]
  const inside = commands.filter(({ name }) => name.startsWith(`${command.name} `))
  if (extra === undefined || inside.length === 0) return
  const meant = closest(
    extra,
    inside.map(({ name }) => name.split(' ')[length(command.name)] ?? ''),
  )
  const hint = meant === null ? '' : ` Did you mean "${command.name} ${meant}"?`
  throw new UsageError(`There is no command "${command.name} ${extra}".${hint}`, command.name)
}

const length = (name: string) => name.split(' ').length
const startsWith = (words: readonly string[], name: string) => words.slice(0, length(name)).join(' ') === name

function leadingWords(args: readonly string[]): string[] {
  const end = args.findIndex((word) => word.startsWith('-'))
  return args.slice(0, end < 0 ? args.length : end)
}

/** The words as far as they are a command or a group of commands. @throws UsageError at the first that is not. */
function known(words: readonly string[], commands: readonly Command[]): string {
  let so_far = ''
  for (const word of words) {
    const path = so_far === '' ? word : `${so_far} ${word}`
    const is_command = commands.some(({ name }) => name === path)
    const is_group = commands.some(({ name }) => name.startsWith(`${path} `))
    if (is_command && !is_group) return path
    if (!is_command && !is_group) {
      const next = commands
        .filter(({ name }) => so_far === '' || name.startsWith(`${so_far} `))
        .map(({ name }) => name.split(' ')[length(path) - 1] ?? '')
      const meant = closest(word, [...new Set(next)])
      const hint = meant === null ? '' : ` Did you mean "${so_far === '' ? '' : `${so_far} `}${meant}"?`
      throw new UsageError(`There is no command "${path}".${hint}`, so_far)
    }
    so_far = path
  }
  return so_far
}

function readOptions(args: readonly string[], command: Command): Record<string, unknown> {
  const options: Options = { ...command.options, ...COMMON }
  const wrong = (message: string) => new UsageError(message, command.name)
  // Not strict: the words for what is wrong shall be ours.
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }])),
    strict: false,
    tokens: true,
  })
  const values: Record<string, unknown> = {}
  for (const token of tokens) {
    if (token.kind === 'positional') throw wrong(`"${token.value}" belongs to no option.`)
    if (token.kind === 'option-terminator') throw wrong('"--" has no meaning here.')
    const { name, rawName, value, inlineValue } = token
    const option = Object.hasOwn(options, name) ? options[name] : undefined
    if (!option) {
      const meant = closest(name, Object.keys(options))
      throw wrong(`There is no option ${rawName}.${meant === null ? '' : ` Did you mean --${meant}?`}`)
    }
    if (option.type === 'boolean') {
      if (value !== undefined) throw wrong(`${rawName} takes no value.`)
      values[name] = true
      continue
    }
    if (value === undefined || value === '' || (!inlineValue && value.startsWith('-')))
      throw wrong(`${rawName} needs a value: ${rawName}=${option.value ?? '<value>'}`)
    if (option.choices && !option.choices.includes(value)) {
      const meant = closest(value, option.choices)
      const hint = meant === null ? '' : ` Did you mean ${meant}?`
      throw wrong(`${rawName} must be ${option.choices.join(' or ')}, not "${value}".${hint}`)
    }
    if (option.multiple) values[name] = [...((values[name] as string[] | undefined) ?? []), value]
    else if (Object.hasOwn(values, name)) throw wrong(`${rawName} is given twice.`)
    else values[name] = value
  }
  const missing = Object.entries(options).filter(([name, { required }]) => required && !(name in values))
  if (missing.length > 0) throw wrong(`${missing.map(([name]) => `--${name}`).join(' and ')} must be given.`)
  for (const [name, option] of Object.entries(options)) {
    if (name in values) continue
    if (option.multiple) values[name] = []
    else if (option.type === 'boolean') values[name] = false
    else if (option.default !== undefined) values[name] = option.default
  }
  return values
}
