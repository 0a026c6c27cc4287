import { lookup as dnsLookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import { Agent, request } from 'undici'

/** The answer's body is never needed whole: what is kept is for the merchant's eyes. */
const BODY_MAX_BYTES = 64 * 1024

export type EgressAnswer = { status: number; head: string }

/** Why a call to a merchant's URL did not end in an answer. One text for closed, filtered, unknown and forbidden hosts. */
export class EgressError extends Error {
  override name = 'EgressError'
}

export type Egress = {
  post(
    url: string,
    body: string,
    headers: Record<string, string>,
    options: { timeout_ms: number; livemode: boolean },
  ): Promise<EgressAnswer>
  close(): Promise<void>
}

/**
 * The only way out to URLs that merchants choose. Resolves the host, checks every address, connects to exactly the
 * checked one (a rebinding DNS server gets no second question), follows no redirect, reads at most 64 KB.
 * Only global unicast addresses pass, plus the ranges the operator allows.
 */
export function createEgress(allow: readonly string[]): Egress {
  const ranges = allow.map((cidr) => ipaddr.parseCIDR(cidr))
  const agent = new Agent({
    connections: 32,
    keepAliveTimeout: 10_000,
    connect: {
      timeout: 10_000,
      lookup: (host, _options, callback) => {
        resolveChecked(host, ranges).then(
          (addresses) => callback(null, addresses),
          (error: Error) => callback(error, []),
        )
      },
    },
  })
  return {
    async post(url, body, headers, { timeout_ms }) {
      const { hostname } = new URL(url)
      const literal = hostname.replace(/^\[|\]$/g, '')
      // A literal address never reaches `lookup`.
      if (ipaddr.isValid(literal) && !isAllowed(literal, ranges)) throw new EgressError('could not connect')
      try {
        const answer = await request(url, {
          dispatcher: agent,
          method: 'POST',
          body,
          headers,
          signal: AbortSignal.timeout(timeout_ms),
        })
        const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`)
        const text = await readCapped(answer.body)
        return {
          status: answer.statusCode,
          head: [`HTTP ${answer.statusCode}`, ...lines, '', text].join('\n').slice(0, 4096),
        }
      } catch (error) {
        throw new EgressError(
          (error as Error).name === 'TimeoutError' ? 'no answer in time' : 'could not connect',
          { cause: error },
        )
      }
    },
    close: () => agent.close(),
  }
}

const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3')

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number]

async function resolveChecked(host: string, ranges: readonly Range[]) {
  const addresses = await dnsLookup(host, { all: true })
  const bad = addresses.find(({ address }) => !isAllowed(address, ranges))
  if (bad || addresses.length === 0) throw new EgressError('could not connect')
  return addresses
}

/** Whether an address may be called. IPv4 inside IPv6 is judged as the IPv4 address that it is. */
export function isAllowed(text: string, ranges: readonly Range[]): boolean {
  const address = ipaddr.process(text)
  if (ranges.some((range) => address.kind() === range[0].kind() && address.match(range))) return true
  // Only 2000::/3 is handed out as global unicast (IANA); ipaddr.js calls more than that unicast.
  if (address.kind() === 'ipv6' && !address.match(GLOBAL_IPV6)) return false
  return address.range() === 'unicast'
}

async function readCapped(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size > BODY_MAX_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, BODY_MAX_BYTES).toString()
}
