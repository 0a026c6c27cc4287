import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { checkoutCommands } from './commands/checkout.ts'
import { doctorCommands } from './commands/doctor.ts'
import { eventsCommands } from './commands/events.ts'
import { listenCommand } from './commands/listen.ts'
import { loginCommand } from './commands/login.ts'
import { logoutCommand } from './commands/logout.ts'
import { logsCommands } from './commands/logs.ts'
import { triggerCommand } from './commands/trigger.ts'
import { whoamiCommand } from './commands/whoami.ts'
import type { Exit } from './exit.ts'
import type { Io } from './io.ts'

/** Sets what the program ends with when nothing was thrown. */
export type SetExit = (exit: Exit) => void

const TEACH = `
Start here:
  $ skiro login                                     once, with your API key
  $ skiro listen --forward-to localhost:3000/hooks  events arrive at your machine
  $ skiro trigger checkout.completed                in another window: a real payment, in test mode

Each command's --help has an example and says what comes next. --json makes every command print JSON.
Exit codes: 0 done · 1 unexpected · 2 wrong call · 3 not logged in · 4 refused by the API · 5 not reached
            6 the doctor found faults · 7 did not happen in time · 130 interrupted`

/** The whole program. Every command is a file under commands/. */
export function buildProgram(io: Io, setExit: SetExit): Command {
  const program = new Command('skiro')
    .description(
      'Skiro from the command line: events on your machine, real events in test mode, a check of your webhook.',
    )
    .version(version(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', TEACH)
  program.addCommand(loginCommand(io))
  program.addCommand(logoutCommand(io))
  program.addCommand(whoamiCommand(io))
  program.addCommand(checkoutCommands(io))
  program.addCommand(listenCommand(io))
  program.addCommand(triggerCommand(io))
  program.addCommand(eventsCommands(io))
  program.addCommand(logsCommands(io))
  program.addCommand(doctorCommands(io, setExit))
  settle(program, io)
  return program
}

/** Commander ends the process by itself and writes where it likes, unless each command is told otherwise. */
function settle(command: Command, io: Io): void {
  command.exitOverride().showSuggestionAfterError()
  command.configureOutput({
    writeOut: (text) => io.out(text.replace(/\n$/, '')),
    writeErr: (text) => io.say(text.replace(/\n$/, '')),
  })
  for (const inner of command.commands) settle(inner, io)
}

function version(): string {
  const file = new URL('../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
