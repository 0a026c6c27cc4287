import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { COMPILED } from './compiled.ts'

const PROGRAM = new URL('../../packages/server/src/main.ts', import.meta.url).pathname

/** Starts `skiro-server signer` with this environment and nothing else. Resolves when it listens. */
export async function startSigner(env: Record<string, string>) {
  const child = spawn(process.execPath, [PROGRAM, 'signer'], {
    env: { PATH: process.env.PATH, ...COMPILED, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said += `${line}\n`
      if (line.includes('"msg":"ready"')) resolve()
    })
  })
  const early = await Promise.race([ready, exited])
  if (early !== undefined) throw new Error(`the signer ended with ${early}: ${said}`)
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    return await exited
  }
  return { pid: child.pid, said: () => said, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}
