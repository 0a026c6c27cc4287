import ipaddr from 'ipaddr.js'
import type { Config } from '../../config.ts'
import type { Check } from './check.ts'
import { fail, type Finding, ok, warn } from './finding.ts'

const TIMEOUT_MS = 5_000
const TITLE = 'Skiro API'

/** Whether the public URL is safe for customers and leads to this server. */
export const publicUrl: Check = {
  name: 'public url',
  async run({ ctx, online }) {
    const bad = judgeScheme(ctx.config)
    if (bad?.verdict === 'fail' || !online)
      return [bad ?? ok('public url', `${ctx.config.public_url} is https.`)]
    const answer = await callIt(ctx.config.public_url)
    return answer.verdict === 'ok' ? [bad ?? answer] : [answer]
  },
}

/** What is wrong with the URL as it is written, or null. */
export function judgeScheme({ public_url, live }: Pick<Config, 'public_url' | 'live'>): Finding | null {
  const { protocol, hostname, pathname } = new URL(public_url)
  if (pathname !== '/') {
    return fail(
      'public url',
      `${public_url} has a path.`,
      'Set SKIRO_PUBLIC_URL to an origin, without a path.',
    )
  }
  if (protocol === 'https:' || isLoopback(hostname)) return null
  const fix = 'Put a proxy with a certificate in front and set SKIRO_PUBLIC_URL to its https address.'
  return live
    ? fail('public url', `${public_url} is not https, and live cards are charged here.`, fix)
    : warn('public url', `${public_url} is not https: anyone on the way can change the payment page.`, fix)
}

function isLoopback(hostname: string): boolean {
  const literal = hostname.replace(/^\[|\]$/g, '')
  return (
    hostname === 'localhost' || (ipaddr.isValid(literal) && ipaddr.process(literal).range() === 'loopback')
  )
}

async function callIt(public_url: string): Promise<Finding> {
  const fix = 'Start `skiro-server serve`, look at DNS, proxy and firewall, or check the rest with --offline.'
  const health = await get(`${public_url}/healthz`)
  if (typeof health === 'string') return fail('public url', `${public_url} ${health}.`, fix)
  if (health.status !== 200)
    return fail('public url', `${public_url}/healthz answers ${health.status} instead of 200.`, fix)
  const document = await get(`${public_url}/openapi.json`)
  const { info, servers } = readDocument(typeof document === 'string' ? '' : document.body)
  if (info?.title !== TITLE) {
    return fail(
      'public url',
      `Something answers at ${public_url}, but it is not Skiro.`,
      'Let the proxy pass every path to `skiro-server serve`, or correct SKIRO_PUBLIC_URL.',
    )
  }
  if (servers?.[0]?.url !== public_url) {
    return fail(
      'public url',
      `The Skiro at ${public_url} has another SKIRO_PUBLIC_URL: ${String(servers?.[0]?.url)}.`,
      'Give all processes the same settings, or correct SKIRO_PUBLIC_URL.',
    )
  }
  return ok('public url', `${public_url} leads to this server.`)
}

type Document = { info?: { title?: unknown }; servers?: { url?: unknown }[] }

function readDocument(text: string): Document {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

async function get(url: string): Promise<{ status: number; body: string } | string> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) })
    return { status: response.status, body: await response.text() }
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') return `does not answer within ${TIMEOUT_MS / 1000} seconds`
    const cause = (error as Error).cause as { code?: string } | undefined
    return `cannot be reached (${cause?.code ?? 'no connection'})`
  }
}
