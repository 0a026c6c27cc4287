import type { Db } from '../../packages/server/src/db/sql.ts'
import type { Order } from './orders.ts'
import { otherBooks, otherCharges } from './otherBooks.ts'
import type { World } from './world.ts'

export type Verdict = {
  readonly orders: number
  readonly paid: number
  readonly doubled: number
  readonly lost: number
  readonly charged_twice: number
  readonly problems: readonly string[]
  readonly summary: string
  readonly merchants: readonly string[]
}

type Row = {
  merchant_id: string
  transaction_state: string
  payout_state: string | null
  amount: bigint | null
  acquirer_ref: string | null
}

/**
 * What became of each order, by the chain and the acquirer's book alone; then whether the gateway's own rows say the
 * same, and its ledger is even.
 */
export async function judge(
  db: Db,
  world: World,
  errors: readonly unknown[],
  orders: readonly Order[],
): Promise<Verdict> {
  const merchants = orders.map(({ session }) => session.merchant_id)
  const { rows } = await db.query<Row>(
    `select t.merchant_id, t.state transaction_state, p.state payout_state, p.amount, t.acquirer_ref
     from transaction t left join payout p on p.merchant_id = t.merchant_id and p.transaction_id = t.id
     where t.merchant_id = any ($1)`,
    [merchants],
  )
  const problems = [...new Set(errors.map((error) => `threw: ${String(error)}`))]
  let [paid, doubled, lost, charged_twice] = [0, 0, 0, 0]
  for (const order of orders) {
    const say = (what: string) => void problems.push(`${order.name} (${order.asset}): ${what}`)
    const chain = world.chains.find(({ network }) => network === order.network)
    const payments = chain?.paid().get(order.address) ?? []
    const row = rows.find(({ merchant_id }) => merchant_id === order.session.merchant_id)
    if (!row) {
      say('no transaction')
      continue
    }
    const charge = row.acquirer_ref === null ? undefined : world.acquirer.book.get(row.acquirer_ref)
    const captured = charge?.captured ?? 0n
    if (captured > 0n && captured !== charge?.amount.amount) charged_twice++
    if (payments.length > 1) doubled++
    if (payments.length === 1) paid++
    const refused = chain?.refused.has(order.address) ?? false
    if (captured > 0n && payments.length === 0 && !refused) lost++
    if (payments.length > 0 && captured === 0n) say('paid out and not charged')
    if (captured > 0n && row.amount !== null && payments.some((amount) => amount !== row.amount))
      say('paid another amount')
    const ended = captured > 0n ? (refused ? 'captured failed' : 'paid_out final') : null
    const said = `${row.transaction_state} ${row.payout_state}`
    if (ended && said !== ended) say(`is ${said}, should be ${ended}`)
    if (!ended && !['declined null', 'voided null'].includes(said)) say(`is ${said}, was never charged`)
  }
  problems.push(...(await otherBooks(db, world, merchants)), ...(await otherCharges(db, world, merchants)))
  for (const chain of world.chains.filter(({ fee_coin }) => fee_coin === 'ETH')) {
    const { rows: wallets } = await db.query<{ next_nonce: bigint; hold_reason: string | null }>(
      'select next_nonce, hold_reason from treasury_wallet where address = $1',
      [await chain.walletAddress()],
    )
    const [wallet] = wallets
    if (wallet && wallet.next_nonce !== chain.consumed())
      problems.push(
        `the chain has ${chain.consumed()} transactions, ${wallet.next_nonce} nonces were handed out`,
      )
    if (wallet?.hold_reason) problems.push(`the wallet is on hold: ${wallet.hold_reason}`)
  }
  for (const key of world.acquirer.changed) problems.push(`${key} was used again for other bytes`)
  if (doubled > 0) problems.push(`${doubled} paid twice`)
  if (lost > 0) problems.push(`${lost} never paid`)
  if (charged_twice > 0) problems.push(`${charged_twice} charged twice`)
  const summary = `orders=${orders.length} paid=${paid} doubled=${doubled} lost=${lost} problems=${problems.length}`
  return { orders: orders.length, paid, doubled, lost, charged_twice, problems, summary, merchants }
}
