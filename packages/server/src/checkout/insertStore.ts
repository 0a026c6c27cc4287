import { bytesArray, numberArray, textArray } from '../db/arrays.ts'
import { JOIN_VALID_KEY, keyArrays } from '../db/keyArrays.ts'
import { type Sql, one } from '../db/sql.ts'
import { assert } from '../lib/assert.ts'
import type { Locale } from '../lib/locales.ts'
import type { Crypto, Fiat } from '../lib/money.ts'
import type { KeyScope, PresentedKey } from '../lib/tenant.ts'
import { numberKinds } from './kinds.ts'

/** A session as it is stored, with the key that asks for it and the networks that can pay it out. */
export type NewSession = {
  readonly key: PresentedKey
  readonly networks: string
  readonly id: string
  readonly amount: bigint
  readonly currency: Fiat
  readonly payout_currency: Crypto
  readonly customer_email: string | null
  readonly metadata: string
  readonly redirect_url: string | null
  readonly webhook_url: string | null
  readonly locale: Locale | null
  readonly description: string | null
  readonly expires_in: number
  readonly idempotency_key: string | null
  readonly fingerprint: Buffer | null
}

/**
 * What became of one session. Null: the key is not valid. `created_at` is null when nothing was stored: the key may only
 * read, there is no wallet, or the idempotency key was taken.
 */
export type InsertOutcome = {
  readonly merchant_id: string
  readonly scope: KeyScope
  readonly has_wallet: boolean
  readonly created_at: Date | null
} | null

/**
 * `kind` is what sessions of a group have in common: the key that asks and the currency to be paid in. Most groups have
 * one kind, so keys and wallets are looked up once. The claims are sorted: two groups that claim the same keys in other
 * orders would wait for each other for ever. A key that another process is claiming is waited for, but not for long.
 */
const INSERT = `with kind as (
    select a.n, k.merchant_id, k.livemode, a.asset, k.scope,
      coalesce(w.network = any (string_to_array(a.networks, ',')), false) has_wallet
    from set_config('lock_timeout', '2s', true),
      unnest($1::int[], $2::text[], $3::bytea[], $4::boolean[], $5::text[], $6::text[]) a (n, key_id, secret_hash, livemode, asset, networks)
    ${JOIN_VALID_KEY}
    left join current_wallet w on w.merchant_id = k.merchant_id and w.livemode = k.livemode and w.asset = a.asset),
  asked as (
    select k.merchant_id, k.livemode, k.asset, s.*
    from unnest($7::int[], $8::text[], $9::numeric[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
        $15::text[], $16::text[], $17::int[], $18::text[], $19::bytea[])
      s (kind, id, amount, currency, customer_email, metadata, redirect_url, webhook_url, locale, description,
         expires_in, idempotency_key, fingerprint)
    join kind k on k.n = s.kind
    where k.has_wallet and k.scope = 'full'),
  claim as (
    insert into idempotency_key (merchant_id, livemode, route, key, fingerprint, object_id)
    select merchant_id, livemode, $20, idempotency_key, fingerprint, id from asked
    where idempotency_key is not null order by merchant_id, livemode, idempotency_key
    on conflict do nothing returning object_id),
  stored as (
    insert into checkout_session (merchant_id, livemode, id, amount, currency, payout_currency, customer_email,
      metadata, redirect_url, webhook_url, locale, description, created_at, expires_at)
    select merchant_id, livemode, id, amount, currency, asset, customer_email, metadata::json, redirect_url,
      webhook_url, locale, description, at, at + expires_in * interval '1 second'
    from asked, date_trunc('milliseconds', now()) at
    where idempotency_key is null or id in (select object_id from claim)
    returning merchant_id, livemode, created_at),
  counted as (
    insert into list_count (merchant_id, livemode, list, word, hour, n)
    select merchant_id, livemode, 'checkout_session', 'pending', date_trunc('hour', min(created_at), 'UTC'), count(*)
    from stored group by merchant_id, livemode)
  select date_trunc('milliseconds', now()) created_at, (select count(*)::int from stored) stored,
    (select json_agg(json_build_array(n, merchant_id, scope, has_wallet)) from kind) kinds,
    (select json_agg(object_id) from claim) claimed`

type Row = {
  created_at: Date
  stored: number
  kinds: [n: number, merchant_id: string, scope: KeyScope, has_wallet: boolean][] | null
  claimed: string[] | null
}

/**
 * Proves the keys, checks the merchants' wallets, claims the idempotency keys, stores and counts the sessions: one
 * statement, one round trip, one commit for the whole group. Outcomes in the order of `sessions`.
 * @param route under which idempotency keys are claimed
 */
export async function insertSessions(
  sql: Sql,
  route: string,
  sessions: readonly NewSession[],
): Promise<InsertOutcome[]> {
  const { kinds, kind_of } = numberKinds(sessions, (session) => session.payout_currency + session.networks)
  const row = await one<Row>(sql, INSERT, [
    ...keyArrays(kinds.map(({ key }) => key)),
    textArray(kinds.map((kind) => kind.payout_currency)),
    textArray(kinds.map((kind) => kind.networks)),
    numberArray(kind_of),
    textArray(sessions.map((session) => session.id)),
    numberArray(sessions.map((session) => session.amount)),
    textArray(sessions.map((session) => session.currency)),
    textArray(sessions.map((session) => session.customer_email)),
    textArray(sessions.map((session) => session.metadata)),
    textArray(sessions.map((session) => session.redirect_url)),
    textArray(sessions.map((session) => session.webhook_url)),
    textArray(sessions.map((session) => session.locale)),
    textArray(sessions.map((session) => session.description)),
    numberArray(sessions.map((session) => session.expires_in)),
    textArray(sessions.map((session) => session.idempotency_key)),
    bytesArray(sessions.map(({ fingerprint }) => fingerprint)),
    route,
  ])
  const proven = new Map(row.kinds?.map(([n, ...kind]) => [n, kind]))
  const claimed = new Set(row.claimed)
  let stored = 0
  const outcomes = sessions.map((session, index): InsertOutcome => {
    const kind = proven.get(kind_of[index] ?? -1)
    if (!kind) return null
    const [merchant_id, scope, has_wallet] = kind
    const is_stored =
      scope === 'full' && has_wallet && (session.idempotency_key === null || claimed.has(session.id))
    if (is_stored) stored++
    return { merchant_id, scope, has_wallet, created_at: is_stored ? row.created_at : null }
  })
  assert(stored === row.stored, 'a group stored other sessions than it says')
  return outcomes
}
