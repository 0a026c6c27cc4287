import { Command } from 'commander'
import type { Io } from '../io.ts'
import { logsTailCommand } from './logsTail.ts'

export function logsCommands(io: Io): Command {
  return new Command('logs').description('see what happens').addCommand(logsTailCommand(io))
}
