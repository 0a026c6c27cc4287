import { type LookupFunction, isIP } from 'node:net'
import { buildConnector } from 'undici'
import { createRecent } from '../../lib/recent.ts'
import { judge, ownAddresses, parseRanges, type Verdict } from './address.ts'
import { limitAnswers } from './limitAnswers.ts'
import type { Resolve } from './resolve.ts'

/** Of a host with many addresses only the first of each family are tried: nobody makes us knock at a thousand doors. */
const ADDRESSES_PER_FAMILY = 3
const HOSTS_REMEMBERED = 1000

export type Gate = {
  /** For undici: opens a connection, or does not. */
  connect: buildConnector.connector
  /** Whether all addresses of a host were in the operator's list, every time that it was looked up. */
  trusts(hostname: string): boolean
}

/**
 * The one place where connections to merchants' hosts begin. Judges every address of the host and refuses all for one
 * forbidden among them; then connects to the judged addresses, so that no second question is put to the name server.
 */
export function createGate(allow: readonly string[], resolve: Resolve, connect_ms: number): Gate {
  const ranges = parseRanges(allow)
  const trusted = createRecent<boolean>(HOSTS_REMEMBERED)
  const verdictOf = (address: string): Verdict => judge(address, ranges, ownAddresses())

  async function checked(hostname: string) {
    const addresses = await resolve(hostname)
    const verdicts = addresses.map(verdictOf)
    // Once not trusted is not trusted: an owner of a name cannot change our mind while a connection is being tried.
    const is_trusted = verdicts.length > 0 && verdicts.every((verdict) => verdict === 'trusted')
    trusted.set(hostname, is_trusted && trusted.get(hostname) !== false)
    if (verdicts.length === 0 || verdicts.includes('forbidden'))
      throw new Error('no address that may be called')
    const found = addresses.map((address) => ({ address, family: isIP(address) }))
    return [4, 6].flatMap((family) =>
      found.filter((one) => one.family === family).slice(0, ADDRESSES_PER_FAMILY),
    )
  }

  const lookup: LookupFunction = (hostname, _options, callback) => {
    checked(hostname).then(
      (addresses) => callback(null, addresses),
      (error: Error) => callback(error, []),
    )
  }
  const open = buildConnector({
    timeout: connect_ms,
    // Makes Node ask `lookup` for all addresses, and try one after the other.
    autoSelectFamily: true,
    allowH2: false,
    rejectUnauthorized: true,
    lookup,
  })
  return {
    connect(options, callback) {
      // A literal address never reaches `lookup`.
      if (isIP(options.hostname) !== 0 && verdictOf(options.hostname) === 'forbidden')
        return callback(new Error('an address that may not be called'), null)
      open(options, (...[error, socket]: Parameters<buildConnector.Callback>) => {
        if (error) return callback(error, null)
        limitAnswers(socket)
        callback(null, socket)
      })
    },
    trusts(hostname) {
      const literal = hostname.replace(/^\[|\]$/g, '')
      return isIP(literal) === 0 ? trusted.get(hostname) === true : verdictOf(literal) === 'trusted'
    },
  }
}
