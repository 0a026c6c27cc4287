import { type Command } from 'commander'
import { connect } from '../config/connect.ts'
import { latestSequence } from '../events/latest.ts'
import { usage } from '../exit.ts'
import { type Io, show } from '../io.ts'
import { type CommonOptions, newApiCommand, pairs, seconds } from '../options.ts'
import { eventLine } from '../show/eventLine.ts'
import { table } from '../show/table.ts'
import { awaitEvent } from '../trigger/awaitEvent.ts'
import { OVERRIDES, readOverrides } from '../trigger/overrides.ts'
import { SCENARIOS } from '../trigger/scenarios.ts'

const TEACH = `Example:
  $ skiro trigger --list
  $ skiro trigger checkout.completed --override amount=12.34 --override metadata.order_id=ORD-7
  $ skiro trigger payout.failed --json | jq .data.failure_reason

Nothing is made up: a session is created, a test card pays it, the payout goes over the test chain, and the command waits
until the event is there. Your endpoints hear of it as of any other. Test mode only.
--override takes ${OVERRIDES.join(', ')}.
Next: skiro events get evt_… shows the event; skiro events resend evt_… sends it again.`

type TriggerOptions = CommonOptions & {
  readonly list?: boolean
  readonly override?: Record<string, string>
  readonly timeout: number
}

export function triggerCommand(io: Io): Command {
  return newApiCommand('trigger', 'make something happen in test mode, for real', TEACH)
    .argument('[scenario]', 'see --list')
    .option('--list', 'list what can be triggered')
    .option('--override <key=value>', 'change the session, the card or the endpoint; may be repeated', pairs)
    .option('--timeout <seconds>', 'how long to wait for the event', seconds, 90)
    .action(async (name: string | undefined, options: TriggerOptions) => {
      if (options.list) list(io, options)
      else await trigger(io, name, options)
    })
}

function list(io: Io, { json = false }: TriggerOptions): void {
  const document = {
    object: 'list',
    data: SCENARIOS.map(({ name, summary, until }) => ({ name, summary, event: until.type })),
  }
  show({ ...io, json }, document, () => table(SCENARIOS.map(({ name, summary }) => [name, summary])))
}

async function trigger(io: Io, name: string | undefined, options: TriggerOptions): Promise<void> {
  const scenario = SCENARIOS.find((one) => one.name === name)
  if (!scenario)
    throw usage(
      name === undefined ? 'What should happen?' : `Nothing is called ${name}.`,
      'skiro trigger --list shows everything.',
    )
  const overrides = readOverrides(options.override ?? {})
  const { skiro, mode } = connect(io, options)
  if (mode === 'live') throw usage('Only test mode can be triggered: this is a live key.')
  const { stopped: signal, say } = io
  const output = { ...io, json: options.json ?? false }
  const after = await latestSequence(skiro, signal)
  const subject = await scenario.act({ skiro, signal, say, ...overrides })
  const event = await awaitEvent({
    ...{ skiro, after, subject, signal, say, until: scenario.until, timeout_s: options.timeout },
    onEvent: (one) => (output.json ? undefined : io.out(eventLine(one, io.color))),
  })
  show(output, event, () => [])
}
