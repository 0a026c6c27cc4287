import type { Config } from '../config.ts'
import type { Context } from '../context.ts'

/** One option of a command, as it is written: `--name value`, or `--name` for a boolean. */
export type Option = {
  readonly type: 'string' | 'boolean'
  /** One line for the help. */
  readonly help: string
  /** What stands for the value in the help, e.g. `<url>`. */
  readonly value?: string
  readonly required?: true
  /** May be given several times. */
  readonly multiple?: true
  /** The only values it may have. */
  readonly choices?: readonly string[]
  /** What it is when it is not given. */
  readonly default?: string
}

export type Options = Readonly<Record<string, Option>>

type Value<O extends Option> = O['type'] extends 'boolean'
  ? boolean
  : O extends { multiple: true }
    ? string[]
    : O extends { required: true } | { default: string }
      ? string
      : string | undefined

/** What a command was called with. */
export type Values<O extends Options> = { readonly [K in keyof O]: Value<O[K]> }

/** What a command may use. Nothing is read or opened before it asks. */
export type Surroundings = {
  /** The settings of the environment. @throws ConfigError */
  config(): Config
  /**
   * Database and a log on standard error, closed when the command has ended. No mode has adapters unless `adapters`
   * asks for them, and each of them is built when it is first used.
   */
  context(adapters?: 'adapters'): Promise<Context>
}

/** What a command says in the end: `json` with `--json`, else `text`. */
export type Outcome = {
  readonly json: unknown
  readonly text: string
  /** The command did its work and what it found is bad: exit code 1. */
  readonly failed?: boolean
}

export type Command = {
  /** Its words, e.g. `merchant create`. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What a person should know before using it. */
  readonly details?: string
  /** A call that works once the values are one's own, without the program's name. */
  readonly example: string
  readonly options: Options
  /** Says null when it has nothing to say in the end: a server that was stopped. */
  run(values: Readonly<Record<string, unknown>>, surroundings: Surroundings): Promise<Outcome | null>
}

/** A command whose `run` knows the types of its options. */
export function defineCommand<const O extends Options>(
  command: Omit<Command, 'options' | 'run'> & {
    readonly options: O
    run(values: Values<O>, surroundings: Surroundings): Promise<Outcome | null>
  },
): Command {
  return { ...command, run: (values, surroundings) => command.run(values as Values<O>, surroundings) }
}

/** The call itself is wrong: exit code 2. The message says what to write instead. */
export class UsageError extends Error {
  override name = 'UsageError'
  /** The command or group whose help explains it, empty for the program's own. */
  readonly about: string
  /** A call with no command in it: the help is the answer. */
  readonly shows_help: boolean

  constructor(message: string, about: string, shows_help = false) {
    super(message)
    this.about = about
    this.shows_help = shows_help
  }
}
