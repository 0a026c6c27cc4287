import { lookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import { isAllowed } from '../../webhooks/egress.ts'
import type { Check } from './check.ts'
import { ok, warn } from './finding.ts'
import { defaultTargets } from './store.ts'
import { within } from './within.ts'

const TARGETS_MAX = 200
const LOOKUP_MS = 3_000
const SHOWN = 3

/** Whether deliveries to the merchants' default URLs would be let out. Asks name servers only, calls nobody. */
export const webhookTargets: Check = {
  name: 'webhook targets',
  needs_database: true,
  async run({ ctx }) {
    const targets = await defaultTargets(ctx.db, TARGETS_MAX)
    const hosts = new Map<string, string>()
    for (const { url, merchant_id } of targets) {
      const host = new URL(url).hostname
      if (!hosts.has(host)) hosts.set(host, merchant_id)
    }
    const judged = await Promise.all(
      [...hosts].map(async ([host, merchant_id]) => ({
        merchant_id,
        host,
        bad: await judge(host, ctx.config.egress_allow),
      })),
    )
    const bad = judged.filter((target) => target.bad !== null)
    if (bad.length === 0)
      return [
        ok(
          'webhook targets',
          `Hosts of default webhook URLs that may be called: ${hosts.size} of ${hosts.size}.`,
        ),
      ]
    const shown = bad.slice(0, SHOWN).map(({ host, merchant_id, bad }) => `${host} of ${merchant_id} ${bad}`)
    const more = bad.length > SHOWN ? `, and ${bad.length - SHOWN} more` : ''
    return [
      warn(
        'webhook targets',
        `${shown.join(', ')}${more}: deliveries fail.`,
        'Have the merchant correct the URL (merchant set-webhook), or allow a range of your own in SKIRO_EGRESS_ALLOW.',
      ),
    ]
  },
}

async function judge(host: string, allow: readonly string[]): Promise<string | null> {
  const ranges = allow.map((cidr) => ipaddr.parseCIDR(cidr))
  const literal = host.replace(/^\[|\]$/g, '')
  const addresses = ipaddr.isValid(literal) ? [literal] : await resolve(literal)
  if (addresses === null) return 'has no address'
  return addresses.every((address) => isAllowed(address, ranges)) ? null : 'is a private address'
}

async function resolve(host: string): Promise<string[] | null> {
  const found = lookup(host, { all: true }).then(
    (addresses) => addresses.map(({ address }) => address),
    () => null,
  )
  return await within(found, LOOKUP_MS, () => null)
}
