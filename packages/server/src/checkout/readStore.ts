import { numberArray, textArray } from '../db/arrays.ts'
import { JOIN_VALID_KEY, keyArrays } from '../db/keyArrays.ts'
import { type Sql, one } from '../db/sql.ts'
import type { Locale } from '../lib/locales.ts'
import type { Crypto, Fiat } from '../lib/money.ts'
import type { KeyScope, PresentedKey } from '../lib/tenant.ts'
import { numberKinds } from './kinds.ts'
import type { SessionRow, SessionStatus } from './session.ts'
import { STATUS_NOW } from './store.ts'

/** A session that is asked for, with the key that asks. */
export type SessionAsk = { readonly key: PresentedKey; readonly id: string }

/** Null: the key is not valid. `session` null: no such session for this key's merchant and mode. */
export type SessionAnswer = {
  readonly merchant_id: string
  readonly scope: KeyScope
  readonly session: SessionRow | null
} | null

// PostgreSQL writes the group's answer as one JSON text: it has a core of its own, and reading one text costs this
// process a fraction of reading sixteen columns of every row. Amounts travel as text, so they stay exact.
const READ = `with valid as materialized (
    select a.n, k.merchant_id, k.livemode, k.scope
    from unnest($1::int[], $2::text[], $3::bytea[], $4::boolean[]) a (n, key_id, secret_hash, livemode)
    ${JOIN_VALID_KEY})
  select (select json_agg(json_build_array(n, merchant_id, scope)) from valid) keys,
    (select json_agg(
       (select json_build_array(s.id, ${STATUS_NOW}, s.amount::text, s.currency, s.payout_currency, s.customer_email,
          s.metadata, s.redirect_url, s.webhook_url, s.locale, s.description, s.transaction_id, s.attempts,
          s.expires_at, s.created_at)
        from valid v join checkout_session s
          on s.merchant_id = v.merchant_id and s.livemode = v.livemode and s.id = asked.id
        where v.n = asked.kind) order by asked.place)
     from unnest($5::int[], $6::text[]) with ordinality asked (kind, id, place)) sessions`

type Row = {
  keys: [n: number, merchant_id: string, scope: KeyScope][] | null
  sessions: (
    | readonly [
        id: string,
        status: SessionStatus,
        amount: string,
        currency: Fiat,
        payout_currency: Crypto,
        customer_email: string | null,
        metadata: Record<string, string>,
        redirect_url: string | null,
        webhook_url: string | null,
        locale: Locale | null,
        description: string | null,
        transaction_id: string | null,
        attempts: number,
        expires_at: string,
        created_at: string,
      ]
    | null
  )[]
}

/** Proves the keys and reads the sessions: one statement for the whole group. Answers in the order of `asks`. */
export async function readSessions(sql: Sql, asks: readonly SessionAsk[]): Promise<SessionAnswer[]> {
  const { kinds, kind_of } = numberKinds(asks, () => '')
  const row = await one<Row>(sql, READ, [
    ...keyArrays(kinds.map(({ key }) => key)),
    numberArray(kind_of),
    textArray(asks.map(({ id }) => id)),
  ])
  const valid = new Map(row.keys?.map(([n, ...key]) => [n, key]))
  return asks.map(({ key }, index): SessionAnswer => {
    const proven = valid.get(kind_of[index] ?? -1)
    if (!proven) return null
    const [merchant_id, scope] = proven
    const found = row.sessions[index]
    if (!found) return { merchant_id, scope, session: null }
    const [id, status, amount, currency, payout_currency, customer_email, metadata, ...rest] = found
    const [redirect_url, webhook_url, locale, description, transaction_id, attempts, expires_at, created_at] =
      rest
    const session: SessionRow = {
      merchant_id,
      livemode: key.livemode,
      id,
      status,
      amount: BigInt(amount),
      currency,
      payout_currency,
      customer_email,
      metadata,
      redirect_url,
      webhook_url,
      locale,
      description,
      transaction_id,
      attempts,
      expires_at: new Date(expires_at),
      created_at: new Date(created_at),
    }
    return { merchant_id, scope, session }
  })
}
