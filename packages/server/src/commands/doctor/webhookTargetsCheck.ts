import { isIP } from 'node:net'
import { judge, ownAddresses, parseRanges } from '../../webhooks/egress/address.ts'
import { createResolver, type Resolve } from '../../webhooks/egress/resolve.ts'
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
    const resolve = createResolver()
    const judged = await Promise.all(
      [...hosts].map(async ([host, merchant_id]) => ({
        merchant_id,
        host,
        bad: await judgeHost(host, ctx.config.egress_allow, resolve),
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

async function judgeHost(host: string, allow: readonly string[], resolve: Resolve): Promise<string | null> {
  const ranges = parseRanges(allow)
  const literal = host.replace(/^\[|\]$/g, '')
  const addresses = isIP(literal) === 0 ? await within(found(resolve, host), LOOKUP_MS, () => []) : [literal]
  if (addresses.length === 0) return 'has no address'
  if (addresses.some((address) => judge(address, ranges) === 'forbidden')) return 'is a private address'
  const is_own = addresses.some((address) => judge(address, ranges, ownAddresses()) === 'forbidden')
  return is_own ? 'is an address of this machine' : null
}

const found = (resolve: Resolve, host: string) => resolve(host).catch(() => [])
