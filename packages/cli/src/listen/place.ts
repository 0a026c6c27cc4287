import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fieldsOf } from '../config/config.ts'
import { readJson, writePrivateJson } from '../config/files.ts'
import { listenFolder } from '../config/paths.ts'
import type { Io } from '../io.ts'

/** How far `listen` came: the last event and the last resend that the local server has answered. */
export type Place = { readonly last_sequence: number; readonly last_resend: number }

/** Where a listener belongs: one account at one gateway, one local URL. */
export type Route = {
  readonly api_url: string
  readonly merchant_id: string
  readonly mode: string
  readonly forward_to: string
}

/** Keeps the place of one route on disk, so that a listener that was stopped, or killed, can go on where it was. */
export function placeFile({ env }: Pick<Io, 'env'>, route: Route) {
  const name = createHash('sha256')
    .update(JSON.stringify(Object.values(route)))
    .digest('hex')
    .slice(0, 24)
  const file = join(listenFolder(env), `${name}.json`)
  return {
    read(): Place | null {
      const { last_sequence, last_resend } = fieldsOf(readJson(file))
      if (typeof last_sequence !== 'number') return null
      return { last_sequence, last_resend: typeof last_resend === 'number' ? last_resend : 0 }
    },
    write: (place: Place): void => writePrivateJson(file, { ...route, ...place }),
  }
}
