import { sealContext } from '../../http/idempotent.ts'
import { secretContext } from '../../webhooks/secretContext.ts'

/** A column of sealed values: where it is, its table's primary key, and what a row's value is bound to. */
export type SealedColumn = {
  readonly table: string
  readonly column: string
  readonly key: readonly { readonly name: string; readonly type: 'text' | 'boolean' }[]
  context(key: Readonly<Record<string, unknown>>): string
}

const TENANT = [
  { name: 'merchant_id', type: 'text' },
  { name: 'livemode', type: 'boolean' },
] as const

const endpoint = (column: string): SealedColumn => ({
  table: 'webhook_endpoint',
  column,
  key: [...TENANT, { name: 'id', type: 'text' }],
  context: (key) => secretContext(tenantOf(key), String(key['id'])),
})

/**
 * Every column that holds sealed values. A rotation moves a value from `secret_sealed` to `previous_secret_sealed`, so
 * they are looked at in this order: a value that moves meanwhile is met in the second column.
 */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  endpoint('secret_sealed'),
  endpoint('previous_secret_sealed'),
  {
    table: 'idempotency_key',
    column: 'answer_sealed',
    key: [...TENANT, { name: 'route', type: 'text' }, { name: 'key', type: 'text' }],
    context: (key) => sealContext({ ...tenantOf(key), route: String(key['route']), key: String(key['key']) }),
  },
]

function tenantOf(key: Readonly<Record<string, unknown>>) {
  return { merchant_id: String(key['merchant_id']), livemode: key['livemode'] === true }
}
