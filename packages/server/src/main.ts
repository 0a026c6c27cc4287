import { runCommand } from './commands/runCommand.ts'

/** `skiro-server`: the roles of the gateway and the commands of its operator. `--help` lists them. */
process.exitCode = await runCommand(process.argv.slice(2))
