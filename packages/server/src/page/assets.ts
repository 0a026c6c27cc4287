import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { bundle } from './bundle.ts'

/**
 * The page's only script and only stylesheet. Their paths carry a hash of the content, so they may be cached for ever
 * (`Cache-Control: public, max-age=31536000, immutable`). The integrity values go into the tags: a proxy that alters
 * a byte makes the browser refuse the file (PCI DSS 6.4.3).
 */
export type Assets = {
  readonly script_path: string
  readonly script_body: string
  readonly script_integrity: string
  readonly style_path: string
  readonly style_body: string
  readonly style_integrity: string
}

/** Reads and prepares both files. Call once at start. */
export function loadAssets(): Assets {
  const folder = new URL('./browser/', import.meta.url)
  const script_body = bundle(new URL('checkout.ts', folder))
  const style_body = readFileSync(new URL('checkout.css', folder), 'utf8')
  return {
    script_path: `/_page/checkout.${fingerprint(script_body)}.js`,
    script_body,
    script_integrity: integrity(script_body),
    style_path: `/_page/checkout.${fingerprint(style_body)}.css`,
    style_body,
    style_integrity: integrity(style_body),
  }
}

function fingerprint(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 16)
}

function integrity(body: string): string {
  return `sha384-${createHash('sha384').update(body).digest('base64')}`
}
