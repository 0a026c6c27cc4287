import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { secp256k1 } from '@noble/curves/secp256k1'

/** What the next calls meet instead of an answer. `hang` never ends. */
export type KmsFault = 'hang' | 'garbage' | 'other_key' | { status: number; type: string }

export const KMS = {
  region: 'eu-central-1',
  key_id: 'alias/skiro-hot',
  access_key_id: 'AKIDEXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}

/**
 * AWS KMS as far as a signer sees it: one ECC_SECG_P256K1 key, requests with a Signature Version 4 that it checks by its
 * own reading of the headers, and DER signatures of OpenSSL: random nonces, and, made so here, high-s every other time.
 */
export async function startKms(options: { curve?: 'secp256k1' | 'P-256'; private_key?: string } = {}) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: options.curve ?? 'secp256k1' })
  const key = options.private_key === undefined ? privateKey : importKey(options.private_key)
  const public_key = createPublicKey(key).export({ format: 'der', type: 'spki' })
  let fault: KmsFault | null = null
  let signatures = 0
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request)
      const send = (status: number, answer: object) =>
        response
          .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
          .end(JSON.stringify(answer))
      if (fault === 'hang') return
      if (fault === 'garbage') return void response.writeHead(200).end('<html>')
      if (typeof fault === 'object' && fault)
        return send(fault.status, { __type: `com.amazonaws#${fault.type}`, message: 'secret detail' })
      if (request.headers.authorization !== expected(request, body))
        return send(400, { __type: 'InvalidSignatureException' })
      const input = JSON.parse(body) as { KeyId: string; Message: string }
      if (input.KeyId !== KMS.key_id) return send(400, { __type: 'NotFoundException' })
      const target = request.headers['x-amz-target']
      if (target === 'TrentService.GetPublicKey') {
        const KeySpec = options.curve === 'P-256' ? 'ECC_NIST_P256' : 'ECC_SECG_P256K1'
        return send(200, { KeySpec, KeyUsage: 'SIGN_VERIFY', PublicKey: public_key.toString('base64') })
      }
      if (target !== 'TrentService.Sign') return send(400, { __type: 'UnknownOperationException' })
      const secret = fault === 'other_key' ? secp256k1.utils.randomPrivateKey() : scalar(key)
      const Signature = derOf(Buffer.from(input.Message, 'base64'), secret, ++signatures % 2 === 0)
      return send(200, { KeyId: input.KeyId, SigningAlgorithm: 'ECDSA_SHA_256', Signature })
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    fail(next: KmsFault | null) {
      fault = next
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** With extra entropy, as an HSM that draws its nonces: never the same twice. */
function derOf(digest: Buffer, secret: Uint8Array, high: boolean): string {
  const low = secp256k1.sign(digest, secret, { extraEntropy: true, lowS: true, prehash: false })
  const s = high ? secp256k1.CURVE.n - low.s : low.s
  return Buffer.from(new secp256k1.Signature(low.r, s).toDERRawBytes()).toString('base64')
}

function importKey(hex: string): KeyObject {
  const secret = Buffer.from(hex.slice(2), 'hex')
  const point = Buffer.from(secp256k1.getPublicKey(secret, false))
  const jwk = {
    kty: 'EC',
    crv: 'secp256k1',
    d: secret.toString('base64url'),
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  return createPrivateKey({ key: jwk, format: 'jwk' })
}

function scalar(key: KeyObject): Uint8Array {
  return Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url')
}

function expected(request: IncomingMessage, body: string): string {
  const names = Object.keys(request.headers)
    .filter((name) => name === 'host' || name === 'content-type' || name.startsWith('x-amz-'))
    .toSorted()
  const hash = (value: string) => createHash('sha256').update(value).digest('hex')
  const at = String(request.headers['x-amz-date'])
  const canonical = `${request.method}\n${request.url}\n\n${names
    .map((name) => `${name}:${String(request.headers[name])}\n`)
    .join('')}\n${names.join(';')}\n${hash(body)}`
  const scope = `${at.slice(0, 8)}/${KMS.region}/kms/aws4_request`
  const sign = (key: Buffer | string, value: string) => createHmac('sha256', key).update(value).digest()
  const signing = ['kms', 'aws4_request'].reduce(
    (key, part) => sign(key, part),
    sign(sign(`AWS4${KMS.secret}`, at.slice(0, 8)), KMS.region),
  )
  const signature = sign(signing, `AWS4-HMAC-SHA256\n${at}\n${scope}\n${hash(canonical)}`).toString('hex')
  return `AWS4-HMAC-SHA256 Credential=${KMS.access_key_id}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
}
