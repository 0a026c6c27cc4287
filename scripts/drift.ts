import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'

/**
 * Compares a generated file with what it should be. With `--write` on the command line writes it instead; otherwise a
 * difference is told by its first line and makes the process fail. `command` is what regenerates the file.
 */
export async function settle(file: URL, wanted: string, command: string): Promise<void> {
  if (process.argv.includes('--write')) return await writeFile(file, wanted)
  const kept = await readFile(file, 'utf8').catch(() => '')
  if (kept === wanted) return
  const [is, should_be] = [kept.split('\n'), wanted.split('\n')]
  const at = should_be.findIndex((line, index) => line !== is[index])
  const line = at < 0 ? should_be.length : at
  process.stdout.write(
    `${basename(file.pathname)} is out of date from line ${line + 1}:\n` +
      `  - ${is[line] ?? '(end)'}\n  + ${should_be[line] ?? '(end)'}\nRun: ${command}\n`,
  )
  process.exitCode = 1
}
