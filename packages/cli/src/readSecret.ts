import { text } from 'node:stream/consumers'
import { CliError, EXIT, usage } from './exit.ts'
import type { Io } from './io.ts'

type Wanted = { readonly what: string; readonly flag: string }

/**
 * A secret that was given, comes on standard input (`-`), or is typed: then without being shown.
 * @throws CliError usage when there is nobody to ask
 */
export async function readSecret(io: Io, given: string | undefined, { what, flag }: Wanted): Promise<string> {
  if (given !== undefined && given !== '' && given !== '-') return given
  const { stdin } = io
  if (given !== '-' && stdin.isTTY) return await type(io, what)
  if (given !== '-') throw usage(`No ${what} given.`, `Pipe it: echo "$KEY" | skiro … ${flag} -`)
  const secret = (await text(stdin)).trim()
  if (secret === '') throw usage(`No ${what} came on standard input.`)
  return secret
}

async function type(io: Io, what: string): Promise<string> {
  const { stdin } = io
  process.stderr.write(`${what}: `)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  let typed = ''
  try {
    for await (const chunk of stdin as AsyncIterable<string>) {
      for (const character of chunk) {
        if (character === '\u0003') throw new CliError(EXIT.interrupted, 'interrupted', 'Interrupted.')
        if (character === '\r' || character === '\n') return typed.trim()
        typed = character === '\u007f' ? typed.slice(0, -1) : typed + character
      }
    }
    return typed.trim()
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    process.stderr.write('\n')
  }
}
