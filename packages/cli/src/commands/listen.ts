import { type Command, InvalidArgumentError } from 'commander'
import { connect, type Connection } from '../config/connect.ts'
import { checkTypes } from '../events/checkTypes.ts'
import { latestSequence } from '../events/latest.ts'
import type { Io } from '../io.ts'
import { type ListenerOptions, runListener } from '../listen/listener.ts'
import { placeFile } from '../listen/place.ts'
import { listenSecret } from '../listen/secret.ts'
import { listenTeller } from '../listen/tell.ts'
import { type CommonOptions, httpUrl, newApiCommand, seconds, whole, words } from '../options.ts'

const TEACH = `Example:
  $ skiro listen --forward-to localhost:3000/webhooks/skiro
  $ skiro listen --forward-to localhost:3000/hooks --events checkout.completed,payout.completed

It reads the event log, so no address of yours has to be reachable, and nothing is lost: events arrive one at a time, in
order, also after sleep, after a restart of the gateway, and while your server is down (it is waited for). What your
server answers with an error is shown and not repeated: skiro events resend evt_… brings it again. It begins now;
--resume goes on where the last listener to the same URL stopped, --after with any event.
A handler verifies with the secret that is printed at the start; it stays the same.
Next, in another window: skiro trigger checkout.completed`

type ListenOptions = CommonOptions & {
  readonly forwardTo: string
  readonly events?: string[]
  readonly after?: number
  readonly resume?: boolean
  readonly secret?: string
  readonly interval: number
  readonly skipVerify?: boolean
}

export function listenCommand(io: Io): Command {
  return newApiCommand('listen', 'forward events to a server on your machine', TEACH)
    .requiredOption('--forward-to <url>', 'where your handler is', forwardUrl)
    .option('--events <types>', 'only these types, with commas between them', words)
    .option('--resume', 'begin where the last listener to this URL stopped')
    .option('--after <sequence>', 'begin after this event; 0 is the first of all', whole(0))
    .option('--secret <whsec>', 'sign with this secret (SKIRO_WEBHOOK_SECRET)')
    .option('--skip-verify', 'take any certificate of your local server')
    .option('--interval <seconds>', 'between two looks at the log', seconds, 1)
    .action(async (options: ListenOptions) => listen(io, options))
}

async function listen(io: Io, options: ListenOptions): Promise<void> {
  const connection = connect(io, options)
  const { skiro, api_url, mode } = connection
  await checkTypes(skiro, options.events ?? [], io.stopped)
  const secret = listenSecret(io, options.secret ?? io.env['SKIRO_WEBHOOK_SECRET'])
  const merchant = await skiro.merchant.retrieve({ signal: io.stopped })
  const file = placeFile(io, { api_url, merchant_id: merchant.id, mode, forward_to: options.forwardTo })
  const saved = file.read()
  const from = await whereToBegin(connection, options, saved, io.stopped)
  const teller = listenTeller({ ...io, json: options.json ?? false }, options.forwardTo, file.write)
  teller.start({ secret, from: from.last_sequence, missed: missed(options, saved, from.last_sequence) })
  const target = { url: options.forwardTo, secret, skip_verify: options.skipVerify ?? false }
  const settings: ListenerOptions = {
    skiro,
    target,
    from,
    types: options.events ?? [],
    interval_ms: options.interval * 1000,
    signal: io.stopped,
  }
  await runListener(settings, teller)
  teller.end()
}

async function whereToBegin(
  { skiro }: Connection,
  { after, resume }: ListenOptions,
  saved: { last_sequence: number; last_resend: number } | null,
  signal: AbortSignal,
): Promise<ListenerOptions['from']> {
  if (after !== undefined) return { last_sequence: after, last_resend: null }
  if (resume && saved) return saved
  return { last_sequence: await latestSequence(skiro, signal), last_resend: null }
}

/** How many events happened since the last listener to this URL, when this one passes over them. */
function missed(
  { after, resume }: ListenOptions,
  saved: { last_sequence: number } | null,
  from: number,
): number {
  return after === undefined && !resume && saved ? Math.max(0, from - saved.last_sequence) : 0
}

function forwardUrl(text: string): string {
  const url = httpUrl(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`)
  if (URL.parse(url)?.hash) throw new InvalidArgumentError('Leave the fragment (#…) out.')
  return url
}
