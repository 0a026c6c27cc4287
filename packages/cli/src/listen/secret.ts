import { randomBytes } from 'node:crypto'
import { readConfig, writeConfig } from '../config/config.ts'
import { usage } from '../exit.ts'
import type { Io } from '../io.ts'

/**
 * What forwarded events are signed with: the secret that was given, or one that is made once and kept, so that a handler
 * is set up once. It belongs to this machine: the gateway does not know it, and it signs nothing that is real.
 */
export function listenSecret({ env }: Pick<Io, 'env'>, given: string | undefined): string {
  if (given !== undefined) {
    if (!given.startsWith('whsec_')) throw usage('A signing secret begins with whsec_.')
    return given
  }
  const config = readConfig(env)
  if (config.listen_secret) return config.listen_secret
  const listen_secret = `whsec_${randomBytes(32).toString('base64')}`
  writeConfig(env, { ...config, listen_secret })
  return listen_secret
}
