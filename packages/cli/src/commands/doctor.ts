import { Command } from 'commander'
import type { Io } from '../io.ts'
import type { SetExit } from '../program.ts'
import { doctorWebhookCommand } from './doctorWebhook.ts'

export function doctorCommands(io: Io, setExit: SetExit): Command {
  return new Command('doctor')
    .description('examine your own server')
    .addCommand(doctorWebhookCommand(io, setExit))
}
