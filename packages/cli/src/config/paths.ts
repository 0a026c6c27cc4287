import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Io } from '../io.ts'

type Env = Io['env']

/** Where keys are kept: XDG Base Directory Specification, `$XDG_CONFIG_HOME/skiro/config.json`. */
export const configFile = (env: Env): string => join(base(env, 'XDG_CONFIG_HOME', '.config'), 'config.json')

/** Where `listen` keeps how far it came: `$XDG_STATE_HOME/skiro/listen`. */
export const listenFolder = (env: Env): string => join(base(env, 'XDG_STATE_HOME', '.local/state'), 'listen')

function base(env: Env, name: string, fallback: string): string {
  const set = env[name]
  // The specification has relative paths ignored.
  if (set !== undefined && isAbsolute(set)) return join(set, 'skiro')
  return join(env['HOME'] || homedir(), fallback, 'skiro')
}
