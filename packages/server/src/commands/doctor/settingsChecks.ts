import ipaddr from 'ipaddr.js'
import { type Config, unknownSettings } from '../../config.ts'
import { environment } from '../../settings.ts'
import { closest } from '../closest.ts'
import type { Check } from './check.ts'
import { fail, type Finding, ok, warn } from './finding.ts'

/** Settings that no setting reads, and those that no deployment should have. */
export const settings: Check = {
  name: 'settings',
  run({ ctx }) {
    const misspelt = unknownSettings().map((name) => {
      const meant = closest(name, Object.keys(environment.shape))
      return warn(
        'settings',
        `${name} is no setting: nothing reads it.`,
        meant === null ? 'Remove it.' : `Did you mean ${meant}?`,
      )
    })
    const crash = ctx.config.failpoint
      ? [
          fail(
            'settings',
            `SKIRO_FAILPOINT kills the process at ${ctx.config.failpoint}.`,
            'Remove SKIRO_FAILPOINT: it is for crash tests only.',
          ),
        ]
      : []
    const findings = [...misspelt, ...crash]
    return findings.length > 0 ? findings : [ok('settings', 'All settings are valid.')]
  },
}

/** Whether anything can be paid at all. */
export const modes: Check = {
  name: 'modes',
  run({ ctx: { config } }) {
    const set_up = (['test', 'live'] as const).filter((mode) => config[mode])
    if (set_up.length === 0) {
      return [
        fail(
          'modes',
          'No mode is set up: every API key is refused.',
          'Set SKIRO_TEST_ACQUIRER and SKIRO_TEST_SIGNER_KEY, both of them.',
        ),
      ]
    }
    const empty = set_up.filter((mode) => config[mode]?.chains.length === 0)
    if (empty.length > 0) {
      const names = empty.join(' and ')
      return [
        fail(
          'modes',
          `No chain is set up in ${names} mode: nothing can be paid out.`,
          'Set SKIRO_TEST_CHAINS.',
        ),
      ]
    }
    return [ok('modes', `Set up: ${set_up.join(' and ')}.`)]
  },
}

/** Whether the log would show what went wrong. */
export const log: Check = {
  name: 'log',
  run({ ctx: { config } }) {
    const level = config.log_level
    if (['silent', 'fatal', 'error'].includes(level))
      return [warn('log', `The log level is ${level}: warnings are lost.`, 'Set SKIRO_LOG_LEVEL=info.')]
    if (level === 'debug')
      return [warn('log', 'The log level is debug: many lines, slower.', 'Set SKIRO_LOG_LEVEL=info.')]
    return [ok('log', `The log level is ${level}.`)]
  },
}

/** Whether limits per address can tell customers apart, and nobody can choose their own address. */
export const proxies: Check = {
  name: 'proxies',
  run: ({ ctx }) => [judgeProxies(ctx.config)],
}

type ProxySettings = Pick<Config, 'trusted_proxies' | 'public_url' | 'host'>

export function judgeProxies({ trusted_proxies, public_url, host }: ProxySettings): Finding {
  const wide = trusted_proxies.find((range) => isWide(range))
  if (wide !== undefined) {
    return warn(
      'proxies',
      `SKIRO_TRUSTED_PROXIES believes all of ${wide}: whoever is in it chooses their own address.`,
      'Name only the addresses of your proxies.',
    )
  }
  if (trusted_proxies.length === 0 && public_url.startsWith('https:')) {
    return warn(
      'proxies',
      'TLS ends at a proxy that is not trusted: all customers share its address and its rate limit.',
      `Set SKIRO_TRUSTED_PROXIES to the address range from which the proxy calls ${host}.`,
    )
  }
  if (trusted_proxies.length === 0)
    return ok('proxies', 'No proxy is trusted: the address of the connection counts.')
  return ok('proxies', `Trusted: ${trusted_proxies.join(', ')}.`)
}

// Half of the IPv4 internet or more, and public ranges larger than any company's proxies.
function isWide(range: string): boolean {
  const [address, bits] = ipaddr.parseCIDR(range)
  return address.range() === 'private' || address.range() === 'loopback' || address.range() === 'uniqueLocal'
    ? false
    : bits < (address.kind() === 'ipv4' ? 16 : 32)
}
