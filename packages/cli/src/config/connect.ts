import { Skiro } from 'skiro'
import { CliError, EXIT, usage } from '../exit.ts'
import type { Io } from '../io.ts'
import { type Config, type Mode, modeOf, readConfig } from './config.ts'
import { findSandbox } from './sandbox.ts'

/** What every command that talks to the gateway may be told. */
export type ConnectOptions = {
  readonly apiKey?: string | undefined
  readonly apiUrl?: string | undefined
  readonly profile?: string | undefined
  readonly live?: boolean | undefined
}

export type Source = 'flag' | 'environment' | 'login' | 'sandbox'

/** Which gateway is talked to, as whom, and who said so. */
export type Connection = {
  readonly skiro: Skiro
  readonly api_url: string
  readonly api_key: string
  readonly mode: Mode
  readonly profile: string
  readonly source: Source
}

/** Where and with which key, before anything is sent. */
type Found = { readonly api_url: string; readonly api_key: string; readonly source: Source }

/**
 * Finds key and address: flags, then SKIRO_API_KEY and SKIRO_API_URL, then what `skiro login` saved, then
 * `.skiro/sandbox.json`. A saved key goes only to the address that it was saved with.
 * @throws CliError not_logged_in (exit 3), usage (exit 2)
 */
export function connect(io: Pick<Io, 'env' | 'cwd'>, options: ConnectOptions): Connection {
  const profile = profileOf(io, options)
  const found = given(io, options, profile) ?? saved(io, options, profile) ?? sandbox(io, options, profile)
  if (!found) {
    const message = `No API key for ${options.live ? 'live' : 'test'} mode in profile ${profile}.`
    const hint = 'Log in: skiro login --api-url https://pay.example.com (or start the sandbox: npm start)'
    throw new CliError(EXIT.not_authenticated, 'not_logged_in', message, hint)
  }
  const mode = modeOf(found.api_key)
  if (!mode) throw usage('That is no API key: keys begin with sk_test_ or sk_live_.')
  return { ...found, mode, profile, skiro: new Skiro(found.api_key, { baseUrl: found.api_url }) }
}

/** The profile that is meant: flag, SKIRO_PROFILE, or `default`. */
export function profileOf({ env }: Pick<Io, 'env'>, { profile }: ConnectOptions): string {
  const name = profile ?? env['SKIRO_PROFILE'] ?? 'default'
  if (!/^[\w.-]{1,64}$/.test(name)) throw usage(`Not a profile name: ${name}`)
  return name
}

function given(io: Pick<Io, 'env' | 'cwd'>, options: ConnectOptions, profile: string): Found | null {
  const { env } = io
  const api_key = options.apiKey ?? env['SKIRO_API_KEY']
  if (api_key === undefined || api_key === '') return null
  const api_url =
    options.apiUrl ?? env['SKIRO_API_URL'] ?? knownAddress(io, readConfig(env), profile, api_key)
  if (!api_url) throw usage('The key needs an address.', 'Give it: --api-url https://pay.example.com')
  return { api_url, api_key, source: options.apiKey === undefined ? 'environment' : 'flag' }
}

/** Where this very key is known to belong. */
function knownAddress(io: Pick<Io, 'cwd'>, config: Config, profile: string, api_key: string): string | null {
  const logins = Object.values(config.profiles[profile] ?? {})
  const box = findSandbox(io.cwd)
  return [...logins, ...(box ? [box] : [])].find((one) => one.api_key === api_key)?.api_url ?? null
}

function saved({ env }: Pick<Io, 'env'>, options: ConnectOptions, profile: string): Found | null {
  const login = readConfig(env).profiles[profile]?.[options.live ? 'live' : 'test']
  if (!login) return null
  const wanted = options.apiUrl ?? env['SKIRO_API_URL']
  if (wanted !== undefined && wanted.replace(/\/+$/, '') !== login.api_url) {
    const message = `The saved key belongs to ${login.api_url}; it is not sent to ${wanted}.`
    throw usage(message, 'Log in there: skiro login --profile <name> --api-url <url>')
  }
  return { api_url: login.api_url, api_key: login.api_key, source: 'login' }
}

function sandbox({ cwd }: Pick<Io, 'cwd'>, options: ConnectOptions, profile: string): Found | null {
  if (options.live || profile !== 'default') return null
  const box = findSandbox(cwd)
  return box && { api_url: box.api_url, api_key: box.api_key, source: 'sandbox' }
}
