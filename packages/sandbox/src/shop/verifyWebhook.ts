import { type SkiroEvent, webhooks } from 'skiro'

/**
 * Verifies a webhook with each live secret and returns its event: while a secret is rotated, there are two.
 * Throws `SignatureVerificationError`, which says what is wrong with it for the first secret, the newest.
 */
export function verifyWebhook(
  raw_body: Uint8Array,
  header: string,
  [newest = '', ...older]: readonly string[],
): SkiroEvent {
  try {
    return webhooks.constructEvent(raw_body, header, newest)
  } catch (error) {
    const [next] = older
    if (next === undefined) throw error
    try {
      return verifyWebhook(raw_body, header, older)
    } catch {
      throw error
    }
  }
}
