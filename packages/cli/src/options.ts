import { Command, InvalidArgumentError, Option } from 'commander'
import type { ConnectOptions } from './config/connect.ts'

/** What every command takes. */
export type CommonOptions = ConnectOptions & { readonly json?: boolean }

/** A command with the options that all have. `teach` stands at the end of its help: an example, and what comes next. */
export function newCommand(name: string, summary: string, teach: string): Command {
  return new Command(name)
    .summary(summary)
    .description(summary)
    .addHelpText('after', `\n${teach}`)
    .helpOption('-h, --help', 'show this')
    .addOption(new Option('--json', 'print JSON, on standard output only'))
}

/** The same for a command that talks to the gateway. */
export function newApiCommand(name: string, summary: string, teach: string): Command {
  return newCommand(name, summary, teach)
    .optionsGroup('Which gateway, and as whom:')
    .option('--profile <name>', 'the login to use (SKIRO_PROFILE; default: default)')
    .option('--live', 'with the live key of that login; without it test mode')
    .option('--api-url <url>', 'address of the gateway (SKIRO_API_URL)')
    .option('--api-key <key>', 'key; better in SKIRO_API_KEY, where other users cannot see it')
    .optionsGroup('Options:')
}

/** Collects `k=v` options into an object. */
export function pairs(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Write it as key=value.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

/** A whole number from `min` on. */
export const whole =
  (min: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d{1,15}$/.test(text) && value >= min) return value
    throw new InvalidArgumentError(`Must be a whole number of ${min} or more.`)
  }

/** A number of seconds above 0. */
export function seconds(text: string): number {
  const value = Number(text)
  if (/^\d+(?:\.\d+)?$/.test(text) && value > 0) return value
  throw new InvalidArgumentError('Must be a number of seconds, such as 30 or 0.5.')
}

/** A list with commas, without empty parts. */
export function words(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/** An http or https address. */
export function httpUrl(text: string): string {
  const url = URL.parse(text)
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url.href
  throw new InvalidArgumentError('Must be an address such as http://localhost:3000/webhooks.')
}
