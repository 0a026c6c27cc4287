import { fail, type Finding, ok } from './finding.ts'

// Older ones lack what the server needs or warn at every start: it runs its TypeScript as it is.
const OLDEST = [24, 12]

/** Whether this Node runs the server. */
export function nodeCheck(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [least_major = 0, least_minor = 0] = OLDEST
  if (major > least_major || (major === least_major && minor >= least_minor))
    return ok('node', `Node ${version}.`)
  return fail('node', `Node ${version} is older than ${OLDEST.join('.')}.`, 'Install Node 24 LTS.')
}
