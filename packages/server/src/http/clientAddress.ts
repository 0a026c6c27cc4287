import ipaddr from 'ipaddr.js'

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/
// As some proxies write X-Forwarded-For: with the port.
const WITH_PORT = /^(?:(\d{1,3}(?:\.\d{1,3}){3})|\[([0-9a-fA-F:.]+)\])(?::\d{1,5})?$/

/**
 * Whom an address stands for when requests are counted. IPv4, also inside IPv6, counts as it is. IPv6 counts per /64:
 * that is what one subscriber gets (RFC 6177), who could otherwise use a new address for each request.
 */
export function partyOf(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  if (IPV4.test(address)) return address
  const [, v4, v6] = WITH_PORT.exec(address) ?? []
  return parsed(v4 ?? v6 ?? address)
}

function parsed(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown'
  const ip = ipaddr.process(address)
  if (ip.kind() === 'ipv4') return ip.toString()
  const network = (ip as ipaddr.IPv6).parts.slice(0, 4).map((part) => part.toString(16))
  return `${network.join(':')}::/64`
}

/** Whether an address lies in one of the ranges. IPv4 inside IPv6 is judged as the IPv4 address that it is. */
export function isWithin(address: string | undefined, ranges: readonly string[]): boolean {
  if (address === undefined || !ipaddr.isValid(address)) return false
  const ip = ipaddr.process(address)
  return ranges.some((range) => {
    const parsed_range = ipaddr.parseCIDR(range)
    return ip.kind() === parsed_range[0].kind() && ip.match(parsed_range)
  })
}
