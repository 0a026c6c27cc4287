import { SignatureVerificationError } from './errors.ts'

/**
 * Finds out why no signature fits. Tries the ways in which frameworks change a body; if one of them fits, the
 * secret is right and the body is at fault. Only words an error: what it tries is never accepted.
 */
export function explainMismatch(
  body: string,
  secret: string,
  fits: (candidate: string) => boolean,
): SignatureVerificationError {
  const parsed = parseJson(body)
  const candidates = [JSON.stringify(parsed), `${body}\n`, body.trim(), `\uFEFF${body}`]
  if (candidates.some((candidate) => candidate !== undefined && candidate !== body && fits(candidate))) {
    const message =
      'The secret is right, but the body was changed on the way: its whitespace differs from what Skiro signed. Something parsed the JSON and wrote it again. Pass the bytes as they arrived.'
    return new SignatureVerificationError(message, { code: 'body_changed' })
  }
  const mode = livemode(parsed)
  const of_mode = mode === null ? '' : ` This is a ${mode ? 'live' : 'test'} mode event.`
  const key_hint = secret.startsWith('whsec_') ? '' : ' The secret should begin with whsec_.'
  const message = `No signature in the header fits. Either the secret belongs to another endpoint or mode, or the body was parsed and written again (49.90 becomes 49.9).${of_mode}${key_hint}`
  return new SignatureVerificationError(message, { code: 'signature_mismatch' })
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function livemode(parsed: unknown): boolean | null {
  if (typeof parsed !== 'object' || parsed === null || !('livemode' in parsed)) return null
  return typeof parsed.livemode === 'boolean' ? parsed.livemode : null
}
