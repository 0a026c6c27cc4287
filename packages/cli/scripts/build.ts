/** `npm run build`: the program as JavaScript in dist, for a Node that does not run TypeScript under node_modules. */
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'

const home = new URL('..', import.meta.url)
rmSync(new URL('dist', home), { recursive: true, force: true })
// The types of the SDK are those of the package as it is published.
if (!existsSync(new URL('../sdk/dist/esm/index.d.ts', home)))
  build('../sdk/', process.execPath, 'scripts/build.ts')
build('.', 'tsc', '-p', 'tsconfig.build.json')

function build(folder: string, program: string, ...args: string[]): void {
  const { status, error } = spawnSync(program, args, {
    cwd: new URL(folder, home),
    stdio: 'inherit',
    // npm's programs are scripts there, which only a shell starts.
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed`, { cause: error })
}
