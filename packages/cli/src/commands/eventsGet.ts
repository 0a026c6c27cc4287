import { type Command } from 'commander'
import { connect } from '../config/connect.ts'
import { type Io, show } from '../io.ts'
import { type CommonOptions, newApiCommand } from '../options.ts'

const TEACH = `Example:
  $ skiro events get evt_01m…

Prints the very JSON that is posted to webhooks: its data is the object as it was then.`

export function eventsGetCommand(io: Io): Command {
  return newApiCommand('get', 'read an event', TEACH)
    .argument('<id>', 'event id, evt_…')
    .action(async (id: string, options: CommonOptions) => {
      const event = await connect(io, options).skiro.events.retrieve(id, { signal: io.stopped })
      show({ ...io, json: options.json ?? false }, event, () => [JSON.stringify(event, null, 2)])
    })
}
