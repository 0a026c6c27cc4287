import type { Context, Mode } from '../../context.ts'
import { SigningRefused } from '../../adapters/signer.ts'
import { vouchedAddresses } from '../addressMacs/store.ts'
import type { Check } from './check.ts'
import { fail, type Finding, ok, warn } from './finding.ts'
import { sentence } from './sentence.ts'

/** Whether the key can be reached, anything is signed, and every address would be paid to. */
export function signerCheck(mode: Mode): Check {
  const name = `${mode} signer`
  return {
    name,
    needs_database: true,
    lines: ({ ctx }) => (ctx.config[mode] ? [name] : []),
    async run({ ctx }) {
      const signer = ctx.modes[mode]?.signer
      if (!signer) return []
      const unproven = await countUnproven(ctx, mode)
      const [network] = ctx.modes[mode]?.chains.keys() ?? []
      try {
        await signer.publicKey()
        // An order of no payments asks the kill switch and nothing else.
        if (network !== undefined) await signer.review({ network, order: { id: 'doctor', payments: [] } })
      } catch (error) {
        if (error instanceof SigningRefused)
          return [fail(name, error.message, 'When the reason is gone: skiro-server signer start')]
        return [fail(name, sentence(error), 'Start the signer, or see "The signer" in docs/operations.md.')]
      }
      return [judgeAddresses(name, unproven)]
    },
  }
}

function judgeAddresses(name: string, unproven: number | null): Finding {
  if (unproven === null) return ok(name, 'It answers. Addresses cannot be checked here: there is no MAC key.')
  if (unproven === 0) return ok(name, 'It answers, and every payout address is vouched for.')
  return warn(
    name,
    `Payout addresses that nobody vouches for: ${unproven}. They are not paid.`,
    'Look at them with `skiro-server wallet mac`.',
  )
}

/** Null: there is no key to check with. */
async function countUnproven({ config, db }: Context, mode: Mode): Promise<number | null> {
  const mac = config[mode]?.signer.address_mac
  if (!mac) return null
  const rows = await vouchedAddresses(db)
  const of_mode = rows.filter(({ livemode }) => livemode === (mode === 'live'))
  return of_mode.filter((row) => row.mac === null || !mac.verifies(row, row.mac)).length
}
