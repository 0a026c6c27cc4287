import { loadEnvFile } from 'node:process'
import { ConfigError, readConfig } from '../config.ts'
import { UnusableDatabase } from '../db/checkIdOrder.ts'
import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import { type Command, UsageError } from './command.ts'
import { COMMANDS } from './commands.ts'
import { help, PROGRAM } from './help.ts'
import { openContext } from './openContext.ts'
import { parseCall } from './parseCall.ts'
import { version } from './version.ts'

/** Where a command's words go. */
export type Output = { stdout(text: string): void; stderr(text: string): void }

const TERMINAL: Output = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
}

/**
 * Runs what the words of a command line ask for. Resolves with the exit code: 0 done, 1 failed, 2 the call is wrong.
 * Standard output holds the answer and nothing else; with `--json` it is one JSON document, a refusal included.
 */
export async function runCommand(
  args: readonly string[],
  output: Output = TERMINAL,
  commands: readonly Command[] = COMMANDS,
): Promise<number> {
  try {
    const call = parseCall(args, commands)
    if (call.kind === 'version') output.stdout(`${version()}\n`)
    if (call.kind === 'help') output.stdout(help(call.about, commands))
    if (call.kind !== 'run') return 0
    if (call.env_file !== null) readEnvFile(call.env_file, call.command.name)
    const outcome = await withSurroundings((surroundings) =>
      call.command.run(call.values, surroundings).catch((error: unknown) => {
        throw inOptions(error, call.command)
      }),
    )
    if (outcome) output.stdout(call.json ? `${JSON.stringify(outcome.json, null, 2)}\n` : outcome.text)
    return outcome?.failed ? 1 : 0
  } catch (error) {
    return complain(error, args.includes('--json'), output, commands)
  }
}

async function withSurroundings<T>(
  work: (surroundings: Parameters<Command['run']>[1]) => Promise<T>,
): Promise<T> {
  const opened: Context[] = []
  try {
    return await work({
      config: () => readConfig(),
      async context(adapters) {
        const ctx = await openContext(readConfig(), adapters === 'adapters')
        opened.push(ctx)
        return ctx
      },
    })
  } finally {
    await Promise.all(opened.map((ctx) => ctx.db.pool.end()))
  }
}

/** Actions speak of their input by the names of its fields; on a command line these are options. */
function inOptions(error: unknown, { options }: Command): unknown {
  if (!(error instanceof SkiroError) || error.param === undefined) return error
  const { code, param, message } = error
  const option = param.replaceAll('_', '-')
  if (!Object.hasOwn(options, option) || !message.startsWith(param)) return error
  return new SkiroError(code, {
    param: option,
    message: `--${option}${message.slice(param.length)}`,
    cause: error,
  })
}

function readEnvFile(path: string, about: string): void {
  try {
    loadEnvFile(path)
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`, about)
  }
}

function complain(
  error: unknown,
  json: boolean,
  { stdout, stderr }: Output,
  commands: readonly Command[],
): number {
  const { message, code, param, status } = describe(error)
  if (json)
    stdout(`${JSON.stringify({ error: code, message, ...(param !== undefined && { param }) }, null, 2)}\n`)
  stderr(`${message}\n`)
  if (error instanceof UsageError && error.shows_help) stderr(`\n${help(error.about, commands)}`)
  else if (error instanceof UsageError)
    stderr(`See: ${[PROGRAM, error.about, '--help'].filter((word) => word !== '').join(' ')}\n`)
  return status
}

function describe(error: unknown): {
  message: string
  code: string
  param?: string | undefined
  status: number
} {
  if (error instanceof UsageError) return { message: error.message, code: 'usage', status: 2 }
  if (error instanceof ConfigError) return { message: error.message, code: 'configuration', status: 1 }
  if (error instanceof UnusableDatabase) return { message: error.message, code: 'configuration', status: 1 }
  if (error instanceof SkiroError)
    return { message: error.message, code: error.code, param: error.param, status: 1 }
  return { message: explain(error), code: 'failed', status: 1 }
}

// What an operator meets who has not brought the database up or up to date; anything else is a bug and shows its stack.
const DATABASE = new Map([
  ['ECONNREFUSED', 'PostgreSQL does not answer at the address in SKIRO_DATABASE_URL.'],
  ['ENOTFOUND', 'The host name in SKIRO_DATABASE_URL is not known.'],
  ['28P01', 'PostgreSQL refuses the password in SKIRO_DATABASE_URL.'],
  [
    '42501',
    'The user in SKIRO_DATABASE_URL may not do that. Commands run as the owner of the tables, see "Database roles" in docs/operations.md.',
  ],
  ['3D000', 'The database named in SKIRO_DATABASE_URL does not exist.'],
  ['42P01', `The database has not this version's schema. Run: ${PROGRAM} migrate`],
  ['42703', `The database has not this version's schema. Run: ${PROGRAM} migrate`],
])

function explain(error: unknown): string {
  const known = DATABASE.get(String((error as { code?: unknown } | null)?.code))
  return known ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))
}
