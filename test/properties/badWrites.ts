import { type Db, inTransaction } from '../../packages/server/src/db/sql.ts'

/**
 * What somebody with a console may try. Each would break the books or hand something of one merchant to another, and has
 * to be refused by PostgreSQL itself, whatever is in the tables.
 */
export const BAD_WRITES: Record<string, string> = {
  'change a posting': 'update posting set amount = amount + 1',
  'delete a journal': 'delete from journal',
  'delete a posting': 'delete from posting',
  'empty the ledger': 'truncate posting, journal cascade',
  'add a line to a journal': `insert into posting select merchant_id, livemode, journal_id, line + 50, account, asset, amount
    from posting order by journal_id desc limit 2`,
  'book half of a movement': `with j as (
      insert into journal (merchant_id, livemode, id, key) select merchant_id, false, 'jrn_bad', 'bad' from checkout_session
      order by merchant_id desc limit 1 returning *)
    insert into posting (merchant_id, livemode, journal_id, line, account, asset, amount)
      select merchant_id, livemode, id, 1, 'hot_wallet', 'USDT', 5 from j`,
  'book a capture twice': `insert into journal (merchant_id, livemode, id, key)
    select merchant_id, livemode, id || 'x', key from journal where key like 'capture:%' limit 1`,
  'take more than is owed': `with j as (
      insert into journal (merchant_id, livemode, id, key) select merchant_id, false, 'jrn_bad', 'bad' from checkout_session
      order by merchant_id desc limit 1 returning *)
    insert into posting (merchant_id, livemode, journal_id, line, account, asset, amount)
      select merchant_id, livemode, id, l, a, 'USDT', x from j, (values (1, 'merchant_payable', 10::numeric ^ 30),
        (2, 'payout_in_flight', -(10::numeric ^ 30))) v (l, a, x)`,
  'pay another merchant': `update payout set address = 'mine'`,
  'pay more': 'update payout set amount = amount + 1',
  'give a charge to another merchant': `update transaction t set merchant_id = s.merchant_id from checkout_session s
    where s.merchant_id <> t.merchant_id`,
  uncapture: `update transaction set state = 'authorized' where captured_at is not null`,
  'pay out again': `update payout set state = 'queued', batch_id = null where state in ('final', 'broadcast')`,
  'let a batch go that may still pay': `update batch_payment l set outcome = 'released' from payout_batch b
    where b.livemode = l.livemode and b.id = l.batch_id and b.state <> 'cancelled'`,
  'sign something else': `update chain_tx set raw = 'x', hash = 'y' where raw is not null`,
  'use a nonce again': 'update payout_batch set nonce = nonce + 1 where nonce is not null',
  'free a coin': 'delete from batch_coin',
  'change what was converted': 'update conversion set payout_amount = payout_amount + 1',
  'change what was said': `update event set data = '{}'`,
  'ask the acquirer for something else': `update acquirer_request set body = '{"amount_minor":1}'`,
  'promise coins twice': `update inventory_reservation set state = 'reserved' where state = 'consumed'`,
}

/**
 * Tries it and takes it back. `nothing`: there was nothing to write to.
 * @throws whatever is not a refusal by a constraint or a trigger, such as a statement that is wrong
 */
export async function tryWrite(db: Db, write: string): Promise<'refused' | 'accepted' | 'nothing'> {
  const statement = BAD_WRITES[write]
  if (statement === undefined) throw new Error(`no such write: ${write}`)
  try {
    await inTransaction(db, async (tx) => {
      const { rowCount } = await tx.query(statement)
      await tx.query('set constraints all immediate')
      throw new TakenBack(rowCount ? 'accepted' : 'nothing')
    })
  } catch (error) {
    if (error instanceof TakenBack) return error.outcome
    // Class 23: integrity constraint violation.
    if (!String((error as { code?: unknown }).code).startsWith('23')) throw error
  }
  return 'refused'
}

class TakenBack extends Error {
  readonly outcome: 'accepted' | 'nothing'

  constructor(outcome: TakenBack['outcome']) {
    super(outcome)
    this.outcome = outcome
  }
}
