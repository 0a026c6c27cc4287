import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { monotonicMs } from '../../lib/clock.ts'

/** All addresses of a host. Rejects when there is none. */
export type Resolve = (hostname: string) => Promise<string[]>

const QUERY_MS = 1500
const TRIES = 2
/** A changed /etc/resolv.conf or /etc/hosts is seen after this. */
const KEEP_MS = 60_000
const LOCALHOST = ['127.0.0.1', '::1']

/**
 * Asks name servers, not `getaddrinfo`: of those only two wait for an answer at once in a process, so that two endpoints
 * with a dead name server would keep all others waiting. Both families are asked; the hosts
 * file goes first; `localhost` and what is below it is this machine (RFC 6761); search domains are not applied.
 * @param servers name servers to ask instead of those of the system
 */
export function createResolver(servers?: readonly string[]): Resolve {
  let current = { at_ms: Number.NEGATIVE_INFINITY, resolver: new Resolver(), hosts: readHosts() }
  function renew() {
    const resolver = new Resolver({ timeout: QUERY_MS, tries: TRIES })
    if (servers) resolver.setServers(servers)
    current = { at_ms: monotonicMs(), resolver, hosts: readHosts() }
  }

  return async (hostname) => {
    if (monotonicMs() - current.at_ms > KEEP_MS) renew()
    const { resolver, hosts } = current
    const name = hostname.replace(/\.$/, '').toLowerCase()
    if (name === 'localhost' || name.endsWith('.localhost')) return LOCALHOST
    const written = (await hosts).get(name)
    if (written) return written
    const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    // IPv4 first: a machine whose IPv6 leads nowhere loses no time.
    const found = [ipv4, ipv6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (found.length === 0 && ipv4.status === 'rejected') throw ipv4.reason
    return found
  }
}

async function readHosts(): Promise<Map<string, string[]>> {
  const text = await readFile('/etc/hosts', 'utf8').catch(() => '')
  return parseHosts(text)
}

/** Names in lower case with their addresses, of a text like /etc/hosts. */
export function parseHosts(text: string): Map<string, string[]> {
  const hosts = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/)
    if (isIP(address) === 0) continue
    for (const name of names)
      hosts.set(name.toLowerCase(), [...(hosts.get(name.toLowerCase()) ?? []), address])
  }
  return hosts
}
