import type pg from 'pg'
import type { Sql } from '../../packages/server/src/db/sql.ts'

type Plan = {
  'Node Type': string
  'Index Name'?: string
  'Relation Name'?: string
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
  Plans?: Plan[]
}

export type Work = {
  /** 8 KB blocks of tables and indexes that were looked at. */
  blocks: number
  /** Indexes and, as `seq <table>`, whole tables that were read. */
  read: Set<string>
}

/**
 * What the statements of `run` really touch, whichever plan PostgreSQL makes: one for these values, or, after it has
 * seen a statement a few times, perhaps one for any values.
 */
export async function workOf(
  client: pg.PoolClient | pg.Client,
  plan: 'custom' | 'generic',
  run: (sql: Sql) => Promise<unknown>,
): Promise<Work> {
  const work: Work = { blocks: 0, read: new Set() }
  const sql: Sql = {
    async query<Row extends object>(text: string, values: readonly unknown[] = []) {
      const result = await client.query<Row>({ text, values: [...values] })
      await client.query(`set plan_cache_mode = force_${plan}_plan`)
      await client.query(`prepare measured as ${text}`)
      try {
        const given = values.length > 0 ? `(${values.map((value) => literal(client, value)).join(', ')})` : ''
        const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
          `explain (analyze, buffers, timing off, format json) execute measured ${given}`,
        )
        const root = rows[0]?.['QUERY PLAN'][0].Plan
        if (!root) throw new Error('no plan')
        work.blocks += root['Shared Hit Blocks'] + root['Shared Read Blocks']
        note(root, work.read)
      } finally {
        await client.query('deallocate measured')
      }
      return { rows: result.rows, rowCount: result.rowCount }
    },
  }
  await run(sql)
  return work
}

function note(plan: Plan, read: Set<string>): void {
  if (plan['Index Name'] !== undefined) read.add(plan['Index Name'])
  if (plan['Node Type'] === 'Seq Scan') read.add(`seq ${plan['Relation Name']}`)
  for (const child of plan.Plans ?? []) note(child, read)
}

function literal(client: pg.PoolClient | pg.Client, value: unknown): string {
  if (value === null) return 'null'
  if (value instanceof Date) return client.escapeLiteral(value.toISOString())
  if (typeof value === 'string') return client.escapeLiteral(value)
  if (typeof value === 'number' || typeof value === 'boolean') return `'${value}'`
  throw new Error('a value of a kind that no list uses')
}
