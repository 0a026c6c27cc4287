import { CommanderError } from 'commander'
import { buildProgram } from './program.ts'
import { EXIT, type Exit, tell } from './exit.ts'
import type { Io } from './io.ts'

/** Runs one call. Never throws: what went wrong stands on standard error, and in the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<Exit> {
  let exit: Exit = EXIT.ok
  try {
    await buildProgram(io, (code) => (exit = code)).parseAsync([...argv], { from: 'user' })
    return exit
  } catch (error) {
    // commander has said what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    // A command that was told to stop fails in the middle of something: that is what was wanted.
    if (io.stopped.aborted) return EXIT.interrupted
    const { exit: failed, hint, ...told } = tell(error)
    if (argv.includes('--json')) io.say(JSON.stringify({ error: { ...told, ...(hint && { hint }) } }))
    else {
      io.say(`Error: ${told.message}${told.request_id ? ` (${told.code}, ${told.request_id})` : ''}`)
      if (hint) io.say(hint)
      if (told.doc_url) io.say(`More: ${told.doc_url}`)
    }
    return failed
  }
}
