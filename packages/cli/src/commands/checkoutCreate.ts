import { type Command, Option } from 'commander'
import type { CreateCheckoutSessionParams } from 'skiro'
import { connect } from '../config/connect.ts'
import { type Io, show } from '../io.ts'
import { type CommonOptions, httpUrl, newApiCommand, pairs, whole } from '../options.ts'
import { sessionLines } from '../show/sessionLines.ts'

const TEACH = `Example:
  $ skiro checkout create --amount 49.99 --currency USD --payout-currency USDT --metadata order_id=ORD-2847
  cs_01m…  pending  49.99 USD to USDT
  url      http://127.0.0.1:4242/cs_01m…

Next: open the url and pay with 4242 4242 4242 4242, or let skiro trigger do it.`

type CreateOptions = CommonOptions & {
  readonly amount: string
  readonly currency: CreateCheckoutSessionParams['currency']
  readonly payoutCurrency: CreateCheckoutSessionParams['payout_currency']
  readonly metadata?: Record<string, string>
  readonly email?: string
  readonly redirectUrl?: string
  readonly webhookUrl?: string
  readonly expiresIn?: number
  readonly description?: string
  readonly locale?: CreateCheckoutSessionParams['locale']
  readonly idempotencyKey?: string
}

export function checkoutCreateCommand(io: Io): Command {
  return newApiCommand('create', 'create a session that a customer can pay', TEACH)
    .requiredOption('--amount <amount>', 'in major units, such as 49.99')
    .requiredOption('--currency <code>', 'of the charge: USD, EUR, GBP, CAD or AUD')
    .requiredOption('--payout-currency <code>', 'what you receive: USDT, USDC, BTC or ETH')
    .addOption(new Option('--metadata <key=value>', 'your own data; may be repeated').argParser(pairs))
    .option('--email <email>', 'pre-fills the field on the page')
    .option('--redirect-url <url>', 'where the customer goes after paying', httpUrl)
    .option('--webhook-url <url>', 'replaces your default URL for this session', httpUrl)
    .option('--expires-in <seconds>', 'from 300 to 86400; default 3600', whole(1))
    .option('--description <text>', 'what the customer buys, shown on the page and the receipt')
    .option('--locale <code>', 'language of the page, such as de; default auto: the browser decides')
    .option('--idempotency-key <key>', 'the same key creates the session once, however often it is sent')
    .action(async (options: CreateOptions) => {
      const { skiro } = connect(io, options)
      const { idempotencyKey } = options
      const session = await skiro.checkout.create(paramsOf(options), { idempotencyKey, signal: io.stopped })
      show({ ...io, json: options.json ?? false }, session, () => sessionLines(session, io.color))
    })
}

/** The API judges amounts and currencies itself, and says what to mend. */
function paramsOf(options: CreateOptions): CreateCheckoutSessionParams {
  return {
    amount: options.amount,
    currency: options.currency,
    payout_currency: options.payoutCurrency,
    metadata: options.metadata,
    customer_email: options.email,
    redirect_url: options.redirectUrl,
    webhook_url: options.webhookUrl,
    expires_in: options.expiresIn,
    locale: options.locale,
    description: options.description,
  }
}
