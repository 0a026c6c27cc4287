import type { Command, Option, Options } from './command.ts'
import { COMMON } from './parseCall.ts'

export const PROGRAM = 'skiro-server'

/** The help of a command, of a group of commands, or, when `about` is empty, of the program. */
export function help(about: string, commands: readonly Command[]): string {
  const command = commands.find(({ name }) => name === about)
  return command ? commandHelp(command) : groupHelp(about, commands)
}

function groupHelp(about: string, commands: readonly Command[]): string {
  const inside = commands.filter(({ name }) => about === '' || name.startsWith(`${about} `))
  const [first] = inside
  return [
    about === '' ? 'The Skiro payment gateway and the commands of its operator.' : `Commands of "${about}".`,
    '',
    `  ${PROGRAM} ${about === '' ? '<command>' : `${about} <command>`} [options]`,
    '',
    'Commands',
    ...columns(inside.map(({ name, summary }) => [name, summary])),
    '',
    'Example',
    `  ${PROGRAM} ${(about === '' ? commands.find(({ name }) => name === 'merchant create') : first)?.example}`,
    '',
    `${PROGRAM} <command> --help explains one command. Settings come from the environment or --env-file;`,
    'docs/operations.md lists them. Exit codes: 0 done, 1 failed, 2 the call is wrong.',
    '',
  ].join('\n')
}

function commandHelp({ name, summary, details, example, options }: Command): string {
  return [
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.${details === undefined ? '' : `\n\n${details}`}`,
    '',
    `  ${PROGRAM} ${name}${usage(options)} [options]`,
    '',
    'Options',
    ...columns(Object.entries<Option>({ ...options, ...COMMON }).map(optionLine)),
    '',
    'Example',
    `  ${PROGRAM} ${example}`,
    '',
  ].join('\n')
}

function usage(options: Options): string {
  const required = Object.entries(options).filter(([, option]) => option.required)
  return required.map(([name, { value }]) => ` --${name} ${value ?? '<value>'}`).join('')
}

function optionLine([name, option]: [string, Option]): [string, string] {
  const value = option.value ?? option.choices?.join('|') ?? '<value>'
  const notes = [
    option.required && 'required',
    option.multiple && 'may be repeated',
    option.default !== undefined && `default ${option.default}`,
  ].filter((note) => typeof note === 'string')
  return [
    option.type === 'boolean' ? `--${name}` : `--${name} ${value}`,
    notes.length > 0 ? `${option.help} (${notes.join(', ')})` : option.help,
  ]
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
