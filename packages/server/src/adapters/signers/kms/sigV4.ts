import { createHash, createHmac } from 'node:crypto'

export type AwsCredentials = {
  readonly access_key_id: string
  readonly secret_access_key: string
  readonly session_token?: string | undefined
}

/**
 * The `Authorization` header of AWS Signature Version 4 over all given headers
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 * `headers` must hold `host` and `x-amz-date` (`20150830T123600Z`), names in lower case. `query` is already canonical.
 */
export function authorization(
  request: {
    readonly method: string
    readonly path: string
    readonly query?: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  },
  { region, service }: { readonly region: string; readonly service: string },
  credentials: AwsCredentials,
): string {
  const names = Object.keys(request.headers).toSorted()
  const signed_headers = names.join(';')
  const canonical = [
    request.method,
    request.path,
    request.query ?? '',
    ...names.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}`),
    '',
    signed_headers,
    sha256(request.body),
  ].join('\n')
  const at = request.headers['x-amz-date'] ?? ''
  const scope = [at.slice(0, 8), region, service, 'aws4_request']
  const text = ['AWS4-HMAC-SHA256', at, scope.join('/'), sha256(canonical)].join('\n')
  let key: Buffer = Buffer.from(`AWS4${credentials.secret_access_key}`)
  for (const part of scope) key = hmac(key, part)
  const signature = hmac(key, text).toString('hex')
  return `AWS4-HMAC-SHA256 Credential=${credentials.access_key_id}/${scope.join('/')}, SignedHeaders=${signed_headers}, Signature=${signature}`
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()
