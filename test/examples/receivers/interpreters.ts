import { spawnSync } from 'node:child_process'

/** A program that runs others, or what to install when it is not there. */
export type Interpreter = { readonly path: string; readonly missing: null } | { readonly missing: string }

/** Empty where it is missing. */
export const pathOf = (one: Interpreter): string => (one.missing === null ? one.path : '')

/** Asks a program for its own path: what is found on the PATH may be a script that needs a home to find it. */
function find(command: readonly string[], missing: string): Interpreter {
  const [program = '', ...args] = command
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 })
  const path = stdout?.trim()
  return status === 0 && path ? { path, missing: null } : { missing }
}

export const python = find(
  ['python3', '-c', 'import sqlite3, sys; print(sys.executable)'],
  'needs Python 3 (Debian: apt-get install python3)',
)

export const php = find(
  ['php', '-r', 'if (PHP_VERSION_ID >= 80000 && extension_loaded("pdo_sqlite")) echo PHP_BINARY;'],
  'needs PHP 8 with SQLite (Debian: apt-get install php-cli php-sqlite3)',
)

const go_root = find(
  ['go', 'env', 'GOROOT'],
  'needs Go (https://go.dev/dl, or Debian: apt-get install golang-go)',
)
export const go: Interpreter =
  go_root.missing === null ? { path: `${go_root.path}/bin/go`, missing: null } : go_root
