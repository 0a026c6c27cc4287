import { request as httpRequest } from 'node:http'
import type { z } from 'zod'
import { ProviderError } from '../../../lib/errors.ts'
import { type Signer, SigningRefused } from '../../signer.ts'
import { toWire, wireError, wireIdentity, wireReviewed, wireSignatures, wireStopped } from './wire.ts'

const ANSWER_MAX = 1_000_000

export type RemoteConfig = {
  /** Path of the Unix socket on which `skiro-server signer` listens. */
  readonly socket: string
  /** For one call, 15,000 when absent: a keystore takes a second to open, a KMS is a call of its own. */
  readonly timeout_ms?: number
}

export type RemoteSigner = Signer & {
  /** Why it signs nothing now, or null. */
  stopped(): Promise<string | null>
  /** Pulls its kill switch. Letting it go is for whoever can remove its stop file. */
  stop(): Promise<void>
}

/**
 * A signer in a process of its own, asked over a Unix socket. This process then has no key, and what it may have signed
 * is not its own decision.
 */
export function createRemoteSigner({ socket, timeout_ms = 15_000 }: RemoteConfig): RemoteSigner {
  let identity: Promise<z.output<typeof wireIdentity>> | undefined
  const identify = () =>
    (identity ??= call('GET', '/', wireIdentity, undefined).catch((error: unknown) => {
      identity = undefined
      throw error
    }))

  return Object.freeze<RemoteSigner>({
    id: `remote:${socket}`,
    publicKey: async () => (await identify()).public_key,
    review: async ({ network, order }) =>
      void (await call('POST', '/review', wireReviewed, toWire({ network, order }))),
    signTransaction: async (request) =>
      (await call('POST', '/sign', wireSignatures, toWire(request))).signatures,
    stopped: async () => (await call('GET', '/', wireIdentity, undefined)).stopped,
    stop: async () => void (await call('POST', '/stop', wireStopped, '{}')),
  })

  async function call<T extends z.ZodType>(
    method: string,
    path: string,
    answer: T,
    body: string | undefined,
  ): Promise<z.output<T>> {
    const { status, text } = await exchange(method, path, body)
    const json = parse(text)
    if (status === 200) {
      const parsed = answer.safeParse(json)
      if (parsed.success) return parsed.data
    }
    const { data: told } = wireError.safeParse(json)
    if (!told)
      throw new ProviderError('signer', 'unavailable', `The signer answered ${status} without sense.`)
    if (told.reason) throw new SigningRefused(told.reason, told.message, told.payment)
    const kind = told.error === 'invalid_request' || told.error === 'refused' ? 'refused' : 'unavailable'
    throw new ProviderError('signer', kind, told.message)
  }

  /** A signature that was made and not received moves nothing: whatever fails here may be asked again. */
  function exchange(
    method: string,
    path: string,
    body: string | undefined,
  ): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown) =>
        reject(new ProviderError('signer', 'unavailable', 'The signer process does not answer.', cause))
      const sent = httpRequest(
        {
          socketPath: socket,
          method,
          path,
          headers: { 'content-type': 'application/json' },
          signal: AbortSignal.timeout(timeout_ms),
        },
        (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => {
            text += chunk
            if (text.length > ANSWER_MAX) response.destroy(new Error('an answer without end'))
          })
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
          response.on('error', fail)
        },
      )
      sent.on('error', fail)
      sent.end(body)
    })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
