/**
 * - `refused_url`: the URL itself is not one that we post to.
 * - `unreachable`: no HTTP answer began. One text for hosts that are closed, filtered, unknown or forbidden.
 * - `certificate`: the server showed a certificate that does not hold.
 * - `timeout`: connected or waiting for it, but no complete answer in time.
 * - `bad_answer`: an answer began and cannot be used.
 */
export type EgressReason = 'refused_url' | 'unreachable' | 'certificate' | 'timeout' | 'bad_answer'

/** Why a post did not end in an answer. `message` is for the merchant's eyes, `cause` is not. */
export class EgressError extends Error {
  override name = 'EgressError'
  readonly reason: EgressReason
  constructor(reason: EgressReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** What is said of every host that cannot be reached, whatever the reason: anything finer would map networks. */
export const UNREACHABLE =
  'no web server could be reached at this URL: check its host, port and firewall. Private addresses are refused'

/** OpenSSL's verdicts on a certificate (https://nodejs.org/api/tls.html#x509-certificate-error-codes), and Node's own. */
const CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  CERT_REVOKED: 'was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another host name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'comes from an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'comes without the intermediate certificates, or from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'comes without the intermediate certificates, or from an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'comes without the intermediate certificates, or from an unknown authority',
  CERT_UNTRUSTED: 'is not trusted',
  INVALID_PURPOSE: 'is not one for servers',
  INVALID_CA: 'comes from something that is no authority',
  CERT_SIGNATURE_FAILURE: 'has a wrong signature',
}

/** What the operator's own networks are told, where nothing has to be hidden. */
const PLAIN: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  ETIMEDOUT: 'no connection in time',
  ENETUNREACH: 'there is no route to this address',
  EHOSTUNREACH: 'there is no route to this address',
  ECONNRESET: 'the connection was closed before an answer',
  EPIPE: 'the connection was closed before an answer',
  UND_ERR_SOCKET: 'the connection was closed before an answer',
  EPROTO: 'what listens there does not speak TLS',
}

/**
 * What a merchant is told of an error of the connection, from before an answer began.
 *
 * Of TLS only verdicts on a certificate are told: they exist only where a server has shown one, which is as public as
 * an answer. Whatever else goes wrong (no TLS, no HTTP, a reset) is `UNREACHABLE`, so that an open port that is not a
 * web server looks closed.
 * @param trusted the host is in the operator's own list
 */
export function failureOf(error: unknown, trusted: boolean): EgressError {
  if (error instanceof EgressError) return error
  const { code = '', name } = error as { code?: string; name?: string }
  const options = { cause: error }
  const certificate = CERTIFICATE[code]
  if (certificate)
    return new EgressError('certificate', `the certificate of this server ${certificate}`, options)
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return new EgressError('bad_answer', 'the headers of the answer are larger than 16 KB', options)
  return new EgressError('unreachable', trusted ? plain(code, name) : UNREACHABLE, options)
}

function plain(code: string, name?: string): string {
  if (name === 'HTTPParserError') return 'what listens there does not speak HTTP'
  if (code.startsWith('ERR_SSL_')) return 'what listens there does not speak TLS'
  return PLAIN[code] ?? UNREACHABLE
}
