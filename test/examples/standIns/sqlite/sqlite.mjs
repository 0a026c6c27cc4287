// `node sqlite.mjs <file>`: one connection to a database. Reads `{"sql":…,"values":…}`, a line each, and answers each
// with `{"changes":…}` or `{"error":…}`. Ends when its standard input does.
import { DatabaseSync } from 'node:sqlite'
import { createInterface } from 'node:readline'

const db = new DatabaseSync(process.argv[2] ?? ':memory:', { timeout: 5000 })

for await (const line of createInterface({ input: process.stdin })) {
  const { sql, values } = JSON.parse(line)
  try {
    const { changes } = db.prepare(sql).run(...(values ?? []))
    process.stdout.write(`${JSON.stringify({ changes })}\n`)
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`)
  }
}
