import { Command } from 'commander'
import type { Io } from '../io.ts'
import { eventsGetCommand } from './eventsGet.ts'
import { eventsListCommand } from './eventsList.ts'
import { eventsResendCommand } from './eventsResend.ts'

export function eventsCommands(io: Io): Command {
  return new Command('events')
    .description('read what happened, and send it again')
    .addCommand(eventsListCommand(io))
    .addCommand(eventsGetCommand(io))
    .addCommand(eventsResendCommand(io))
}
