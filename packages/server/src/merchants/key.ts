import type { KeyRow } from './keyStore.ts'

export type KeyStatus = 'active' | 'expired' | 'revoked'

/** An API key as people see it. Neither its secret nor the hash of it is in here: only `createKey` shows the key. */
export function renderKey(row: KeyRow) {
  return {
    id: row.id,
    object: 'api_key' as const,
    livemode: row.livemode,
    label: row.label,
    /** How the key begins, by which its owner recognises it. */
    prefix: `sk_${row.livemode ? 'live' : 'test'}_${row.id}`,
    scope: row.scope,
    status: statusOf(row),
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
  }
}

export type Key = ReturnType<typeof renderKey>

function statusOf(row: KeyRow): KeyStatus {
  if (row.revoked_at) return 'revoked'
  return row.is_expired ? 'expired' : 'active'
}
