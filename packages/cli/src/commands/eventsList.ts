import { type Command } from 'commander'
import type { ListEventsParams } from 'skiro'
import { connect } from '../config/connect.ts'
import { type Io, show } from '../io.ts'
import { type CommonOptions, newApiCommand, whole } from '../options.ts'
import { eventLine } from '../show/eventLine.ts'

const TEACH = `Example:
  $ skiro events list --type payout.completed
  $ skiro events list --after 120 --limit 100 --json | jq '.data[].sequence'

Without --after newest first; with it oldest first, from that sequence, without gaps.
Next: skiro events resend evt_… delivers one again.`

type ListOptions = CommonOptions & {
  readonly type?: ListEventsParams['type']
  readonly after?: number
  readonly limit: number
}

export function eventsListCommand(io: Io): Command {
  return newApiCommand('list', 'list events', TEACH)
    .option('--type <type>', 'only this type, such as checkout.completed')
    .option('--after <sequence>', 'what came after this sequence, oldest first', whole(0))
    .option('--limit <count>', 'at most 100', whole(1), 20)
    .action(async (options: ListOptions) => {
      const { type, after, limit } = options
      const page = await connect(io, options).skiro.events.list(
        { type, after, limit },
        { signal: io.stopped },
      )
      show({ ...io, json: options.json ?? false }, page, () =>
        page.data.length === 0
          ? ['No events. Make one: skiro trigger checkout.completed']
          : page.data.map((event) => eventLine(event, io.color)),
      )
    })
}
