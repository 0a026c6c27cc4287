import { execFileSync } from 'node:child_process'

/** The system account that runs PostgreSQL. */
export interface Account {
  uid: number
  gid: number
}

/**
 * The account to run PostgreSQL as, null for our own. PostgreSQL refuses to run as root, so root hands it to
 * the owner of the existing data, else to `postgres`, else to `nobody`, else to a new account `skiro`.
 */
export function chooseAccount(owner: Account | null): Account | null {
  if (process.getuid?.() !== 0) return null
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const found = findAccount('postgres') ?? findAccount('nobody') ?? createAccount('skiro')
  if (found !== null) return found
  throw new Error('PostgreSQL must not run as root and no account "postgres" or "nobody" exists. Create one.')
}

function findAccount(name: string): Account | null {
  try {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(run('id', [flag, name])))
    return uid !== undefined && gid !== undefined && uid > 0 ? { uid, gid } : null
  } catch {
    return null
  }
}

function createAccount(name: string): Account | null {
  try {
    run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', name])
  } catch {
    return findAccount(name)
  }
  return findAccount(name)
}

function run(program: string, args: string[]): string {
  return execFileSync(program, args, { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }).trim()
}
