import { randomBytes } from 'node:crypto'

const MAX_AGE_SECONDS = 90 * 86_400
const VALUE = /^[A-Za-z0-9_-]{22}$/

/** `__Host-` binds a cookie to this origin, but browsers keep such a one over https only (RFC 6265bis §4.1.3.2). */
function nameOf(public_url: string): string {
  return public_url.startsWith('https:') ? '__Host-skiro_device' : 'skiro_device'
}

/**
 * The random value by which failing cards of one browser are counted, or null. It says nothing about its owner, goes
 * to nobody else, and is needed for no other purpose: a cookie that works against fraud needs no consent.
 */
export function deviceOf(cookies: string | undefined, public_url: string): string | null {
  const name = nameOf(public_url)
  for (const part of (cookies ?? '').slice(0, 4096).split(';')) {
    const [key = '', value = ''] = part.trim().split('=', 2)
    if (key === name && VALUE.test(value)) return value
  }
  return null
}

/** The header that gives a browser its value; null when it has one. */
export function deviceCookie(cookies: string | undefined, public_url: string): string | null {
  if (deviceOf(cookies, public_url) !== null) return null
  const secure = public_url.startsWith('https:') ? '; Secure' : ''
  const value = randomBytes(16).toString('base64url')
  return `${nameOf(public_url)}=${value}; Path=/; Max-Age=${MAX_AGE_SECONDS}; HttpOnly; SameSite=Lax${secure}`
}
