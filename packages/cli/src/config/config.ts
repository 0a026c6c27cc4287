import type { Io } from '../io.ts'
import { readJson, writePrivateJson } from './files.ts'
import { configFile } from './paths.ts'

export type Mode = 'test' | 'live'

/** What `login` keeps: a key, and the only address that it is ever sent to. */
export type Login = {
  readonly api_url: string
  readonly api_key: string
  readonly merchant_id: string
  readonly merchant_name: string
}

/** The whole of config.json. */
export type Config = {
  readonly profiles: Readonly<Record<string, Partial<Record<Mode, Login>>>>
  /** Signs what `listen` forwards. Made once. */
  readonly listen_secret?: string
}

/** Fields of a JSON object; none for anything else. */
export const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

export function readConfig(env: Io['env']): Config {
  const read = fieldsOf(readJson(configFile(env)))
  const secret = read['listen_secret']
  return {
    profiles: fieldsOf(read['profiles']) as Config['profiles'],
    ...(typeof secret === 'string' && { listen_secret: secret }),
  }
}

export function writeConfig(env: Io['env'], config: Config): void {
  writePrivateJson(configFile(env), config)
}

/** The config with that login in place of the one before; null takes it out. */
export function withLogin(config: Config, profile: string, mode: Mode, login: Login | null): Config {
  const { [mode]: _, ...rest } = config.profiles[profile] ?? {}
  const kept = { ...rest, ...(login && { [mode]: login }) }
  return { ...config, profiles: { ...config.profiles, [profile]: kept } }
}

/** The mode that a key says it is of; null when it is no API key. */
export function modeOf(key: string): Mode | null {
  const [, mode] = /^sk_(test|live)_/.exec(key) ?? []
  return mode === 'test' || mode === 'live' ? mode : null
}

/** A key as it may be shown: enough to tell two apart. */
export const maskKey = (key: string): string => `${key.slice(0, 8)}…${key.slice(-4)}`
