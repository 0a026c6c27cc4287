/** `npm run build`: the program in dist, for the Node of whoever installs it. Builds the SDK first, for its types. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'

const home = new URL('..', import.meta.url)
rmSync(new URL('dist', home), { recursive: true, force: true })
run('node', ['scripts/build.ts'], new URL('../sdk/', home))
run('tsc', ['-p', 'tsconfig.build.json'], home)

function run(program: string, words: readonly string[], cwd: URL): void {
  // npm's programs are scripts on Windows, which only a shell starts.
  const shell = process.platform === 'win32'
  const { status, error } = spawnSync(program, words, { cwd, stdio: 'inherit', shell })
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} failed`, { cause: error })
}
