/**
 * `node scripts/settingsTable.ts`: whether the table of settings in docs/operations.md is the one that the settings'
 * schema makes; `--write` writes it. A setting without a description fails.
 */
import { readFile } from 'node:fs/promises'
import { environment } from '../packages/server/src/settings.ts'
import { settle } from './drift.ts'
import { settingsTable } from './settings/settingsTable.ts'
import { between } from './settings/between.ts'

const file = new URL('../docs/operations.md', import.meta.url)
const { table, complaints } = settingsTable(environment)
for (const complaint of complaints) process.stdout.write(`${complaint}\n`)
if (complaints.length > 0) process.exitCode = 1
else {
  const wanted = between(await readFile(file, 'utf8'), 'settings', table)
  await settle(file, wanted, 'node --conditions=source scripts/settingsTable.ts --write')
}
