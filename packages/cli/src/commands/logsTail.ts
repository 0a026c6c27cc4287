import { type Command } from 'commander'
import { connect } from '../config/connect.ts'
import { checkTypes } from '../events/checkTypes.ts'
import { latestSequence } from '../events/latest.ts'
import type { Io } from '../io.ts'
import { deliveryLog } from '../logs/deliveryLog.ts'
import { eventLog } from '../logs/eventLog.ts'
import { follow } from '../logs/follow.ts'
import { type CommonOptions, newApiCommand, seconds, whole, words } from '../options.ts'

const TEACH = `Example:
  $ skiro logs tail --lines 20
  $ skiro logs tail --events payout.held,payout.failed --no-deliveries --json | jq -c .data

One line for each event and for each try to deliver one to your endpoints, as it happens; Ctrl-C ends it. Survives restarts of the gateway.
Next: skiro events get evt_… shows all of one.`

type TailOptions = CommonOptions & {
  readonly lines: number
  readonly events?: string[]
  readonly deliveries: boolean
  readonly follow: boolean
  readonly interval: number
}

export function logsTailCommand(io: Io): Command {
  return newApiCommand('tail', 'follow events and their deliveries as they happen', TEACH)
    .option('-n, --lines <count>', 'so many of the past first', whole(0), 10)
    .option('--events <types>', 'only these types, with commas between them', words)
    .option('--no-deliveries', 'only events, not what your endpoints answer')
    .option('--no-follow', 'show the past and end')
    .option('--interval <seconds>', 'between two looks', seconds, 1)
    .action(async (options: TailOptions) => {
      const { skiro } = connect(io, options)
      await checkTypes(skiro, options.events ?? [], io.stopped)
      const newest = await latestSequence(skiro, io.stopped)
      const after = Math.max(0, newest - options.lines)
      const output = { ...io, json: options.json ?? false }
      const events = eventLog(output, skiro, { after, types: options.events ?? [] })
      const logs = options.deliveries ? [events, deliveryLog(output, skiro, options.lines)] : [events]
      await follow(logs, {
        until: options.follow ? null : newest,
        interval_ms: options.interval * 1000,
        signal: io.stopped,
      })
    })
}
