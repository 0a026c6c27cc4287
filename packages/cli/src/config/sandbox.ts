import { dirname, join } from 'node:path'
import { fieldsOf } from './config.ts'
import { readJson } from './files.ts'

/** What a running sandbox (`npm start` in the repository) left for tools. */
export type Sandbox = { readonly file: string; readonly api_url: string; readonly api_key: string }

/**
 * The `.skiro/sandbox.json` of this folder or the nearest one above. Only one that names a loopback address counts: a
 * folder that someone was sent must not choose where keys go.
 */
export function findSandbox(cwd: string): Sandbox | null {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const file = join(folder, '.skiro', 'sandbox.json')
    const { api_url, test_api_key } = fieldsOf(readJson(file))
    if (typeof api_url === 'string' && typeof test_api_key === 'string' && isLoopback(api_url))
      return { file, api_url, api_key: test_api_key }
    if (dirname(folder) === folder) return null
  }
}

/** Whether an address never leaves this machine. */
export function isLoopback(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? ''
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d+){3}$/.test(host)
}
