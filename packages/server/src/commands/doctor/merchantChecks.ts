import type { Check } from './check.ts'
import { fail, ok, warn } from './finding.ts'
import { plansInUse, walletsInUse } from './store.ts'

/** Whether every merchant's plan has a fee: without one no payment of theirs is accepted. */
export const plans: Check = {
  name: 'plans',
  needs_database: true,
  async run({ ctx }) {
    const known = Object.keys(ctx.config.plans)
    const findings = (await plansInUse(ctx.db))
      .filter(({ plan }) => !known.includes(plan))
      .map(({ plan, merchants }) =>
        fail(
          'plans',
          `SKIRO_PLANS has no plan ${plan}. Merchants who are on it and cannot be paid: ${merchants}.`,
          `Add ${plan} to SKIRO_PLANS, or run: skiro-server merchant set-plan`,
        ),
      )
    if (!known.includes('free'))
      findings.push(
        fail(
          'plans',
          'SKIRO_PLANS has no plan `free`, on which new merchants start.',
          'Add it to SKIRO_PLANS.',
        ),
      )
    return findings.length > 0 ? findings : [ok('plans', 'Every plan that merchants have is set up.')]
  },
}

/** Whether every wallet is on a network that this server pays on. */
export const wallets: Check = {
  name: 'wallets',
  needs_database: true,
  async run({ ctx }) {
    const unpayable = (await walletsInUse(ctx.db)).filter(
      ({ livemode, network, asset }) =>
        !ctx.modes[livemode ? 'live' : 'test']?.chains.get(network)?.assets.some((paid) => paid === asset),
    )
    if (unpayable.length === 0) return [ok('wallets', 'Every wallet of a merchant can be paid.')]
    return unpayable.map(({ livemode, network, asset, merchants }) =>
      warn(
        'wallets',
        `${asset} on ${network} is not set up in ${livemode ? 'live' : 'test'} mode. Merchants who want it and get no sessions: ${merchants}.`,
        'Set the network up, or change the wallets: skiro-server wallet set',
      ),
    )
  },
}
