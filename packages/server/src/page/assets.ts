import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { bundle } from './bundle.ts'

/**
 * What the page is made of beside its markup. The script's path carries a hash of its content, so it may be cached for
 * ever (`Cache-Control: public, max-age=31536000, immutable`), and its integrity value goes into the tag: a proxy that
 * alters a byte makes the browser refuse the file (PCI DSS 6.4.3). Style and `early` stand in the page itself: one
 * request is enough to see it.
 */
export type Assets = {
  readonly script_path: string
  readonly script_body: string
  readonly script_integrity: string
  /** A few lines that run before the script has come, and keep for it what a frame says meanwhile. */
  readonly early_body: string
  readonly style_body: string
}

/** Reads and prepares the files. Call once at start. */
export function loadAssets(): Assets {
  const folder = new URL('./browser/', import.meta.url)
  const script_body = bundle(new URL('checkout.ts', folder))
  return {
    script_path: `/_page/checkout.${fingerprint(script_body)}.js`,
    script_body,
    script_integrity: integrityOf(script_body),
    early_body: bundle(new URL('early.ts', folder)).trim(),
    style_body: smaller(readFileSync(new URL('checkout.css', folder), 'utf8')),
  }
}

/** Our own stylesheet without what only its writers need. It holds no quoted text that could be harmed. */
function smaller(css: string): string {
  return css
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\n\s*/g, '\n')
    .trim()
}

function fingerprint(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 16)
}

/** The Subresource Integrity value of a script, as a browser computes it. */
export function integrityOf(body: string): string {
  return `sha384-${createHash('sha384').update(body).digest('base64')}`
}
