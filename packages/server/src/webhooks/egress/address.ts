import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'
import { monotonicMs } from '../../lib/clock.ts'

/** What an address is to us: somebody's server on the internet, one in the operator's own list, or neither. */
export type Verdict = 'public' | 'trusted' | 'forbidden'

export type Range = [ipaddr.IPv4 | ipaddr.IPv6, number]

/** @throws Error for a text that is no range. Settings were checked before. */
export const parseRanges = (allow: readonly string[]): Range[] => allow.map((cidr) => ipaddr.parseCIDR(cidr))

const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3')
// Given back in 2006 and handed out to nobody since (RFC 3701).
const SIXBONE = ipaddr.IPv6.parseCIDR('3ffe::/16')
const NONE: ReadonlySet<string> = new Set()

/**
 * Judges an address. IPv4-mapped IPv6 is judged as the IPv4 address that it is; every other form that hides an IPv4
 * address (NAT64, 6to4, Teredo, IPv4-compatible) is forbidden as a whole.
 * @param own this machine's addresses, as `ownAddresses` gives them
 * @throws Error for a text that is no address
 */
export function judge(text: string, ranges: readonly Range[], own: ReadonlySet<string> = NONE): Verdict {
  const address = ipaddr.process(text)
  if (ranges.some((range) => address.kind() === range[0].kind() && address.match(range))) return 'trusted'
  // Only 2000::/3 is handed out as global unicast (IANA); ipaddr.js calls more than that unicast.
  if (address.kind() === 'ipv6' && (!address.match(GLOBAL_IPV6) || address.match(SIXBONE))) return 'forbidden'
  if (address.range() !== 'unicast' || own.has(address.toString())) return 'forbidden'
  return 'public'
}

/** Whether an address may be called. */
export const isAllowed = (text: string, ranges: readonly Range[]): boolean =>
  judge(text, ranges) !== 'forbidden'

const KEEP_MS = 10_000
let known = { at_ms: Number.NEGATIVE_INFINITY, own: NONE }

/**
 * This machine's addresses, the public ones among them: what a firewall hides from the internet often listens there,
 * and from here no firewall is in between. Asked of the system at most every 10 seconds.
 */
export function ownAddresses(): ReadonlySet<string> {
  if (monotonicMs() - known.at_ms > KEEP_MS) {
    const found = Object.values(networkInterfaces()).flatMap((interfaces) => interfaces ?? [])
    const own = new Set(found.map(({ address }) => ipaddr.process(address).toString()))
    known = { at_ms: monotonicMs(), own }
  }
  return known.own
}
