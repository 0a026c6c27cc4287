import { type Command, Option } from 'commander'
import type { ListCheckoutSessionsParams } from 'skiro'
import { connect } from '../config/connect.ts'
import { type Io, show } from '../io.ts'
import { type CommonOptions, newApiCommand, whole } from '../options.ts'
import { table } from '../show/table.ts'

const TEACH = `Example:
  $ skiro checkout list --status completed --limit 5
  $ skiro checkout list --order ORD-2847

With --json the answer of the API, page information included.`

type ListOptions = CommonOptions & {
  readonly status?: ListCheckoutSessionsParams['status']
  readonly order?: string
  readonly limit: number
  readonly startingAfter?: string
}

export function checkoutListCommand(io: Io): Command {
  return newApiCommand('list', 'list sessions, newest first', TEACH)
    .addOption(
      new Option('--status <status>', 'only these').choices(['pending', 'completed', 'failed', 'expired']),
    )
    .option('--order <id>', 'only those whose metadata says order_id=<id>')
    .option('--limit <count>', 'at most 100', whole(1), 20)
    .option('--starting-after <id>', 'the page after this session')
    .action(async (options: ListOptions) => {
      const { status, order, limit, startingAfter: starting_after } = options
      const query = {
        status,
        limit,
        starting_after,
        metadata: order === undefined ? undefined : { order_id: order },
      }
      const page = await connect(io, options).skiro.checkout.list(query, { signal: io.stopped })
      show({ ...io, json: options.json ?? false }, page, () =>
        page.data.length === 0
          ? ['No sessions. Create one: skiro checkout create --help']
          : table(
              page.data.map((one) => [
                one.id,
                one.status,
                `${one.amount.toFixed(2)} ${one.currency}`,
                one.payout_currency,
                one.metadata['order_id'] ?? '',
                one.created_at,
              ]),
            ),
      )
    })
}
