import type { Mode } from '../../context.ts'
import { createVenues } from '../../adapters/registry.ts'
import type { Check } from './check.ts'
import { fail, type Finding, ok, warn } from './finding.ts'
import { sentence } from './sentence.ts'

/** The checks of what one mode talks to, each as wide as one party: one that is down fails no line of another. */
export function acquirerCheck(mode: Mode): Check {
  const name = `${mode} acquirer`
  return {
    name,
    async run({ ctx }) {
      const acquirer = ctx.modes[mode]?.acquirer
      if (!acquirer) return []
      try {
        await acquirer.probe()
        return [ok(name, `${acquirer.id} answers and takes the key.`)]
      } catch (error) {
        const refused = (error as { kind?: unknown }).kind === 'refused'
        return [
          fail(
            name,
            refused
              ? `${acquirer.id} refuses: ${sentence(error)}`
              : `${acquirer.id} does not answer: ${sentence(error)}`,
            refused
              ? `Look at secret_key in SKIRO_${mode.toUpperCase()}_ACQUIRER.`
              : `Look at url in SKIRO_${mode.toUpperCase()}_ACQUIRER and at the way out of this network.`,
          ),
        ]
      }
    },
  }
}

/** One line per exchange. One that is down is a warning: whether a rate can be made is the line `rates`. */
export function venuesCheck(mode: Mode): Check {
  return {
    name: `${mode} venues`,
    lines: ({ ctx }) => Object.keys(ctx.config[mode]?.venues ?? {}).map((id) => `${mode} venue ${id}`),
    async run({ ctx }) {
      const venues = createVenues(ctx.config[mode]?.venues ?? {})
      return await Promise.all(
        venues.map(async (venue): Promise<Finding> => {
          const name = `${mode} venue ${venue.id}`
          const [pair] = venue.pairs
          if (!pair) return ok(name, `${venue.id} has no market of ours.`)
          try {
            const book = await venue.book(pair)
            if (book.asks.length > 0 && book.bids.length > 0) return ok(name, `${venue.id} answers.`)
            return warn(
              name,
              `${venue.id} has an empty book of ${pair.symbol}.`,
              'Wait, or take another exchange.',
            )
          } catch (error) {
            return warn(
              name,
              `${venue.id} does not answer: ${sentence(error)}`,
              `Look at its url in SKIRO_${mode.toUpperCase()}_VENUES and at the way out of this network.`,
            )
          }
        }),
      )
    },
  }
}

/** Whether a payment of 100 USD could be converted right now, into everything that is payable. */
export function ratesCheck(mode: Mode): Check {
  const name = `${mode} rates`
  return {
    name,
    async run({ ctx }) {
      const adapters = ctx.modes[mode]
      if (!adapters) return []
      const payable = [...new Set([...adapters.chains.values()].flatMap(({ assets }) => assets))]
      const findings = await Promise.all(
        payable.map(async (to) => {
          try {
            await adapters.rates.quote({ from: { amount: 10_000n, asset: 'USD' }, to })
            return []
          } catch (error) {
            return [{ to, why: sentence(error) }]
          }
        }),
      )
      const failed = findings.flat()
      if (failed.length === 0) return [ok(name, `USD can be converted to ${payable.join(', ')}.`)]
      return [
        fail(
          name,
          `No rate from USD to ${failed.map(({ to }) => to).join(', ')}: ${failed[0]?.why}`,
          'At least two exchanges must answer and agree; see the lines of the venues. Until then cards are authorised but not captured.',
        ),
      ]
    },
  }
}
