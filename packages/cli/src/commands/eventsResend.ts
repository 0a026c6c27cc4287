import { type Command } from 'commander'
import type { Skiro, SkiroEvent } from 'skiro'
import { connect } from '../config/connect.ts'
import { usage } from '../exit.ts'
import { type Io, show } from '../io.ts'
import { type CommonOptions, newApiCommand, whole } from '../options.ts'
import { eventLine } from '../show/eventLine.ts'

const TEACH = `Example:
  $ skiro events resend evt_01m…
  $ skiro events resend --from-sequence 120 --to-sequence 140      after your endpoint was down

Same id, same content, signed anew: a handler that has it already must answer 2xx and do nothing.
Next: skiro logs tail shows what your endpoint answers.`

type ResendOptions = CommonOptions & {
  readonly fromSequence?: number
  readonly toSequence?: number
  readonly webhook?: string
}

export function eventsResendCommand(io: Io): Command {
  return newApiCommand('resend', 'deliver an event, or a range of them, again', TEACH)
    .argument('[id]', 'event id, evt_…')
    .option('--from-sequence <n>', 'instead of an id: the first of a range', whole(1))
    .option('--to-sequence <n>', 'the last of the range', whole(1))
    .option('--webhook <id>', 'only to this endpoint, we_…')
    .action(async (id: string | undefined, options: ResendOptions) => {
      const { skiro } = connect(io, options)
      const output = { ...io, json: options.json ?? false }
      let count = 0
      for await (const event of chosen(skiro, id, options, io.stopped)) {
        await skiro.events.resend(event.id, { webhook_id: options.webhook }, { signal: io.stopped })
        show(output, event, () => [eventLine(event, io.color)])
        count += 1
      }
      io.say(count === 1 ? 'Sent again.' : `${count} events sent again.`)
    })
}

async function* chosen(
  skiro: Skiro,
  id: string | undefined,
  { fromSequence: from, toSequence: to }: ResendOptions,
  signal: AbortSignal,
): AsyncGenerator<SkiroEvent> {
  if (
    (id === undefined) !== (from !== undefined && to !== undefined) ||
    (id !== undefined && (from ?? to) !== undefined)
  )
    throw usage('Give an event id, or --from-sequence and --to-sequence.')
  if (id !== undefined) {
    yield await skiro.events.retrieve(id, { signal })
    return
  }
  if (from === undefined || to === undefined) return
  if (to < from) throw usage('--to-sequence is before --from-sequence.')
  for await (const event of skiro.events.since(from - 1, { limit: 100 }, { signal })) {
    if (event.sequence > to) return
    yield event
  }
}
