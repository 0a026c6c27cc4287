import { type ReadStream } from 'node:tty'
import { paint, type Paint } from './show/paint.ts'

/** Everything that a command sees of the process it runs in. */
export type Io = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdin: NodeJS.ReadStream | ReadStream
  readonly color: Paint
  /** Aborts at the first Ctrl-C. */
  readonly stopped: AbortSignal
  /** Standard output: results only. */
  out(text: string): void
  /** Standard error: everything that is said about them. */
  say(text: string): void
  interrupt(): void
}

/** Of the process itself. Colours only for a person: a terminal, without NO_COLOR (no-color.org). */
export function processIo(): Io {
  const { env } = process
  const stop = new AbortController()
  return {
    env,
    cwd: process.cwd(),
    stdin: process.stdin,
    color: paint(process.stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb'),
    stopped: stop.signal,
    out: (text) => void process.stdout.write(`${text}\n`),
    say: (text) => void process.stderr.write(`${text}\n`),
    interrupt: () => stop.abort(),
  }
}

/** Whether the command was asked for JSON; then results are JSON and nothing else. */
export type Output = Pick<Io, 'out' | 'say' | 'color'> & { readonly json: boolean }

/** One result: its JSON, or the lines for a person. */
export function show(output: Output, document: unknown, lines: () => readonly string[]): void {
  if (output.json) output.out(JSON.stringify(document))
  else for (const line of lines()) output.out(line)
}
