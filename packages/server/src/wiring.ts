import type { Context } from './context.ts'
import { modeOf } from './context.ts'
import { countAttempt, endSession, lockSession } from './checkout/store.ts'
import { draftConversion } from './conversions/draftConversion.ts'
import { NoRate } from './conversions/noRate.ts'
import { bindQuote, dropQuote, findBoundQuote, graceQuote, useQuote } from './conversions/quoteStore.ts'
import { findConversion, payoutValues } from './conversions/store.ts'
import { refreshInventory } from './inventory/refreshInventory.ts'
import { type Pot, consume, findPot, release, reserve, want } from './inventory/store.ts'
import { oweNotice } from './mails/oweNotice.ts'
import { oweReceipt } from './mails/oweReceipt.ts'
import type { MailPorts } from './mails/ports.ts'
import { assert } from './lib/assert.ts'
import { convert, RATE_SCALE } from './lib/money.ts'
import { changeMerchant } from './merchants/changeMerchant.ts'
import { findMerchantRow } from './merchants/store.ts'
import { createPayout } from './payouts/createPayout.ts'
import { composeNotice } from './page/noticeMail.ts'
import { composeReceipt } from './page/receiptMail.ts'
import type { PayoutPorts } from './payouts/ports.ts'
import type { TreasuryPorts } from './treasury/ports.ts'
import { findUnknownCaptures } from './transactions/findUnknownCaptures.ts'
import type { TransactionPorts } from './transactions/ports.ts'
import { moveTransaction } from './transactions/store.ts'
import type { TransactionRow } from './transactions/transaction.ts'
import type { WebhookPorts } from './webhooks/ports.ts'

/**
 * Where domains meet. They do not import each other: each says in its `ports.ts` what it needs, and here the other
 * domain's function is handed to it. Every arrow between two domains is a line of this file.
 */
export function transactionPorts(ctx: Context): TransactionPorts {
  return {
    async lockPayableSession(tx, ref) {
      const session = await lockSession(tx, ref)
      if (!session || session.status !== 'pending')
        return { refused: session?.status === 'expired' ? 'expired' : 'not_pending' }
      if (session.has_live_charge) return { refused: 'charge_in_flight' }
      if (session.past) return { refused: 'expired' }
      return session
    },
    async lockSession(tx, ref) {
      const session = await lockSession(tx, ref)
      assert(session, 'a transaction has no session')
      return session
    },
    countAttempt,
    completeSession: async (tx, ref, transaction_id) =>
      (await endSession(tx, ref, 'completed', transaction_id)) !== null,
    failSession: async (tx, ref) => {
      await endSession(tx, ref, 'failed', null)
    },
    draftConversion: (row) => draftConversion(ctx, row),
    findQuote: (row) => findBoundQuote(ctx.db, row),
    bindQuote: (tx, row, { receipt, ...figures }) => bindQuote(tx, row, figures, receipt, ctx.config.quote),
    graceQuote: (row) => graceQuote(ctx.db, row),
    useQuote: (tx, row, { id }) => useQuote(tx, row, id),
    findConversion,
    refreshInventory: (row) => refreshInventory(ctx, potOf(row)),
    reserveInventory: (tx, row, amount) => reserve(tx, row, potOf(row), amount, ctx.config.inventory),
    wantInventory: (tx, row) => want(tx, row, potOf(row), ctx.config.inventory.wait_seconds),
    async letGo(tx, row) {
      await dropQuote(tx, row)
      await release(tx, row)
    },
    oweReceipt: (tx, row) => oweReceipt(ctx, tx, row),
    createPayout: (tx, row, id, payout) =>
      createPayout(
        tx,
        { merchant_id: row.merchant_id, livemode: row.livemode },
        {
          id,
          transaction_id: row.id,
          amount: payout.amount,
          asset: payout.asset,
          network: row.payout_network,
          address: row.payout_address,
          payout_address_mac: row.payout_address_mac,
          metadata: JSON.stringify(row.metadata),
          webhook_url: row.webhook_url,
        },
      ),
  }
}

/** Where the coins of a payment come from. */
function potOf(row: TransactionRow): Pot {
  return { livemode: row.livemode, network: row.payout_network, asset: row.payout_currency }
}

export function payoutPorts(ctx: Context): PayoutPorts {
  return {
    async completeTransaction(tx, ref) {
      assert(await moveTransaction(tx, ref, 'paid_out'), 'the transaction of a final payout was not captured')
      await consume(tx, ref)
    },
    async worthIn(coin, transactions) {
      const [first] = transactions
      const rates = first && modeOf(ctx, first)?.rates
      if (!rates) return null
      const values = await payoutValues(ctx.db, transactions)
      try {
        const parts = await Promise.all(
          values.map(async ({ value: amount, currency: asset }) => {
            const from = { amount, asset }
            return convert(from, coin, (await rates.quote({ from, to: coin })).rate, 'floor').amount
          }),
        )
        return parts.reduce((sum, part) => sum + part, 0n)
      } catch (error) {
        if (!(error instanceof NoRate)) throw error
        ctx.log.warn({ coin, reason: error.message }, 'no rate')
        return null
      }
    },
    unknownCaptures: (livemode, after) => findUnknownCaptures(ctx, livemode, after),
  }
}

export function treasuryPorts(ctx: Context): TreasuryPorts {
  return {
    refreshPot: (pot) => refreshInventory(ctx, pot),
    findPot: (sql, pot) => findPot(sql, pot, ctx.config.inventory),
    async priceOf(livemode, from, to) {
      const rates = modeOf(ctx, { livemode })?.rates
      if (!rates) return null
      try {
        return RATE_SCALE ** 2n / (await rates.quote({ from, to })).rate
      } catch (error) {
        if (!(error instanceof NoRate)) throw error
        ctx.log.warn({ from: from.asset, to, reason: error.message }, 'no rate')
        return null
      }
    },
  }
}

export function mailPorts(ctx: Context): MailPorts {
  return {
    compose: (mail) => (mail.kind === 'receipt' ? composeReceipt(ctx, mail) : composeNotice(ctx, mail)),
  }
}

export function webhookPorts(ctx: Context): WebhookPorts {
  return {
    changeMerchant: (tx, { merchant_id, livemode }, change) =>
      changeMerchant(ctx, tx, merchant_id, [livemode], change),
    async tellOwner(tx, endpoint) {
      const merchant = await findMerchantRow(tx, endpoint)
      if (merchant) await oweNotice(ctx, tx, endpoint, merchant.email)
    },
  }
}
