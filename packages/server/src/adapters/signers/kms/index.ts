import { createPublicKey } from 'node:crypto'
import type { Hex } from 'viem'
import { z } from 'zod'
import { nowMs } from '../../../lib/clock.ts'
import { ProviderError } from '../../../lib/errors.ts'
import type { Secret } from '../../../lib/secrets.ts'
import type { DigestSigner } from '../../signer.ts'
import { checkDigest, fromDer } from '../shared/secp256k1.ts'
import { authorization } from './sigV4.ts'

export type KmsConfig = {
  readonly region: string
  /** Id, ARN or alias of an asymmetric key: ECC_SECG_P256K1, SIGN_VERIFY. */
  readonly key_id: string
  readonly access_key_id: string
  readonly secret_access_key: Secret
  readonly session_token?: Secret | undefined
  /** Where KMS answers; AWS's own address of the region when absent. */
  readonly endpoint?: string | undefined
  /** For one call, 5,000 when absent. */
  readonly timeout_ms?: number
}

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'))
const publicKeyAnswer = z.object({
  KeySpec: z.literal('ECC_SECG_P256K1'),
  KeyUsage: z.literal('SIGN_VERIFY'),
  PublicKey: base64,
})
const signAnswer = z.object({ SigningAlgorithm: z.literal('ECDSA_SHA_256'), Signature: base64 })
/** The error's name, which may come with a namespace before it. */
const errorAnswer = z
  .record(z.string(), z.unknown())
  .transform((answer) => answer['__type'])
  .pipe(z.string())
  .transform((type) => type.split('#').at(-1) ?? type)

/** Errors that pass by themselves. The others need a person: a key that is disabled, a right that is missing. */
const PASSING = /Throttling|KMSInternal|DependencyTimeout|KeyUnavailable|LimitExceeded|TooManyRequests/

/**
 * A key that never leaves AWS KMS (docs.aws.amazon.com/kms/latest/APIReference: GetPublicKey, Sign). KMS draws a new nonce
 * for every signature: two of the same digest differ. Its signatures come as DER, in half of the cases high-s.
 */
export function createKmsSigner(config: KmsConfig): DigestSigner {
  const url = new URL(config.endpoint ?? `https://kms.${config.region}.amazonaws.com/`)
  let reading: Promise<Hex> | undefined
  const publicKey = () =>
    (reading ??= readPublicKey().catch((error: unknown) => {
      reading = undefined
      throw error
    }))

  return Object.freeze<DigestSigner>({
    id: `kms:${config.key_id}`,
    publicKey,
    async signDigest(digest) {
      checkDigest(digest)
      const key = await publicKey()
      const { Signature } = await call('Sign', signAnswer, {
        Message: Buffer.from(digest.slice(2), 'hex').toString('base64'),
        MessageType: 'DIGEST',
        SigningAlgorithm: 'ECDSA_SHA_256',
      })
      try {
        return fromDer(Signature, digest, key)
      } catch (error) {
        throw new ProviderError('kms', 'unavailable', (error as Error).message, error)
      }
    },
  })

  async function readPublicKey(): Promise<Hex> {
    const { PublicKey } = await call('GetPublicKey', publicKeyAnswer, {})
    try {
      const { crv, x, y } = createPublicKey({ key: PublicKey, format: 'der', type: 'spki' }).export({
        format: 'jwk',
      })
      if (crv !== 'secp256k1' || x === undefined || y === undefined) throw new Error(`a key of ${crv}`)
      const point = Buffer.concat([
        Buffer.from([4]),
        Buffer.from(x, 'base64url'),
        Buffer.from(y, 'base64url'),
      ])
      if (point.length !== 65) throw new Error('not a point')
      return `0x${point.toString('hex')}`
    } catch (error) {
      throw new ProviderError('kms', 'refused', 'The key of KMS is not a secp256k1 key.', error)
    }
  }

  async function call<T extends z.ZodType>(
    operation: string,
    answer: T,
    input: object,
  ): Promise<z.output<T>> {
    const body = JSON.stringify({ KeyId: config.key_id, ...input })
    let response: Response
    let text: string
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: signedHeaders(`TrentService.${operation}`, body),
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(config.timeout_ms ?? 5_000),
      })
      text = await response.text()
    } catch (error) {
      // A signature that was made and not received moves nothing: asking again is safe.
      throw new ProviderError('kms', 'unavailable', `KMS did not answer ${operation}.`, error)
    }
    const json = parse(text)
    if (!response.ok) {
      const type = errorAnswer.safeParse(json).data ?? String(response.status)
      const passing = response.status >= 500 || response.status === 429 || PASSING.test(type)
      throw new ProviderError(
        'kms',
        passing ? 'unavailable' : 'refused',
        `KMS refused ${operation}: ${type}.`,
      )
    }
    const parsed = answer.safeParse(json)
    if (parsed.success) return parsed.data
    const fields = parsed.error.issues.map(({ path }) => path.join('.')).join(', ')
    throw new ProviderError('kms', 'refused', `KMS answered ${operation} with another ${fields}.`)
  }

  function signedHeaders(target: string, body: string): Record<string, string> {
    const sent = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-date': new Date(nowMs()).toISOString().replace(/[-:]|\.\d{3}/g, ''),
      'x-amz-target': target,
      ...(config.session_token && { 'x-amz-security-token': config.session_token.reveal() }),
    }
    const credentials = {
      access_key_id: config.access_key_id,
      secret_access_key: config.secret_access_key.reveal(),
    }
    const place = { region: config.region, service: 'kms' }
    const headers = { ...sent, host: url.host }
    return {
      ...sent,
      authorization: authorization({ method: 'POST', path: url.pathname, headers, body }, place, credentials),
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
