/** One way to break the gateway: each text stands once in the file, and is put in place of the other. */
export type Mutant = {
  readonly name: string
  /** In packages/server/src. */
  readonly file: string
  readonly changes: readonly (readonly [from: string, to: string])[]
  /** Why nothing comes of it: something else says no. Such a mutant has to live. */
  readonly harmless?: string
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a payout is final in its first block',
    file: 'payouts/watchBatch.ts',
    changes: [['if (status.final) return', 'if (true) return']],
  },
  {
    name: 'a cancelled batch lets go in its first block',
    file: 'payouts/watchBatch.ts',
    changes: [['if (status.final) return', "if (status.final || version.kind === 'cancel') return"]],
  },
  {
    name: 'only the newest version is looked at',
    file: 'payouts/watchBatch.ts',
    changes: [['for (const version of [newest, ...older])', 'for (const version of [newest])']],
  },
  {
    name: 'what the network lost is never sent again',
    file: 'payouts/watchBatch.ts',
    changes: [['lost ? await send(step, row, newest, older) :', 'lost ? (send && newest) :']],
  },
  {
    name: 'what a reorganisation undid is looked for no more',
    file: 'payouts/watchBatch.ts',
    changes: [
      ["const row = batch.state === 'mined' ? await takeBack(step, batch) : batch", 'const row = batch'],
      ['const sent = lost ?', "const sent = lost && batch.state !== 'mined' ?"],
    ],
  },
  {
    name: 'a first sending that is recorded late takes the batch out of its block',
    file: 'payouts/broadcastBatch.ts',
    changes: [["'broadcast', { from: 'signed' })", "'broadcast')"]],
  },
  {
    name: 'a batch that the network did not take is told as sent',
    file: 'payouts/broadcastBatch.ts',
    changes: [
      ["if (typeof sent === 'string') {", "if (sent === 'conflict') {"],
      ['await markBroadcast(tx, batch, sent.version)', 'await markBroadcast(tx, batch, newest.version)'],
    ],
  },
  {
    name: 'the nonce comes from the chain',
    harmless: 'no two batches of a wallet can have one nonce: it waits until the chain has moved on',
    file: 'payouts/reserveBatch.ts',
    changes: [
      [
        'const reserved = await inTransaction',
        'const next = await chain.chainNonce()\n  const reserved = await inTransaction',
      ],
      ['nonce: funds ? taken : null', 'nonce: next'],
    ],
  },
  {
    name: 'a nonce is taken before the reservation, and not given back',
    file: 'payouts/reserveBatch.ts',
    changes: [
      ['const taken = await takeNonce(tx, wallet)', 'const taken = await takeNonce(ctx.db as never, wallet)'],
    ],
  },
  {
    name: 'the reservation does not count what was promised before it',
    harmless: 'the plan has counted it, and no capture promises more than the inventory holds',
    file: 'payouts/reserveBatch.ts',
    changes: [
      [
        'const free = funds.balance - (await promised(tx, wallet, pool.asset, is_fuel, wallet.read_at))',
        'const free = funds.balance; void promised',
      ],
    ],
  },
  {
    name: 'the signature is stored after it was sent',
    file: 'payouts/signBatch.ts',
    changes: [
      ["failpoint('payout.signed')", "await chain.broadcast(signed.raw)\n  failpoint('payout.signed')"],
    ],
  },
  {
    name: 'its own signature counts, not the one that was stored first',
    file: 'payouts/signBatch.ts',
    changes: [['return stored\n', 'return { ...stored, ...signed }\n']],
  },
  {
    name: 'a batch moves without its payouts',
    file: 'payouts/signBatch.ts',
    changes: [
      [
        "(await movePayouts(tx, payouts, 'signed')) !== batch.payments",
        'payouts.length + Number(!movePayouts) !== batch.payments',
      ],
    ],
  },
  {
    name: 'what the transaction cost is not booked',
    file: 'payouts/finishBatch.ts',
    changes: [['await bookGas(tx, batch, { amount: fee, asset: step.chain.fee_coin })', 'void bookGas']],
  },
  {
    name: 'what a cancelled batch had reserved is not booked back',
    file: 'payouts/finishBatch.ts',
    changes: [['await bookReleased(tx, batch, payout)', 'void bookReleased']],
  },
  {
    name: 'a payment that failed is booked as paid',
    file: 'payouts/finishBatch.ts',
    changes: [['(is_paid.get(payout) ? bookPaid : bookFailed)', '(bookFailed && bookPaid)']],
  },
  {
    name: 'the first payment of a batch speaks for all',
    file: 'payouts/finishBatch.ts',
    changes: [['payments[line]', 'payments[0]']],
  },
  {
    name: 'a payout that failed is told as completed',
    file: 'payouts/finishBatch.ts',
    changes: [["type: ok ? 'payout.completed' : 'payout.failed'", "type: 'payout.completed'"]],
  },
  {
    name: 'a batch that was asked to be taken back gets a higher fee instead',
    file: 'payouts/replaceVersion.ts',
    changes: [['? await chain.cancel(newest.intent, limits)', '? await chain.bump(newest.intent, limits)']],
  },
  {
    name: 'a replacement spends coins that it did not take',
    file: 'payouts/replaceVersion.ts',
    changes: [['await reserveCoins(tx, batch, batch.network, planned.intent.coins)', 'void reserveCoins']],
  },
  {
    name: 'a replacement takes a nonce of its own',
    file: 'payouts/signBatch.ts',
    changes: [
      [
        'payments }, batch.nonce)',
        'payments }, batch.nonce === null ? null : batch.nonce + BigInt(version.version - 1))',
      ],
    ],
  },
  {
    name: 'a refusal is not written down, so that no version may follow',
    file: 'payouts/broadcastBatch.ts',
    changes: [['await markRefused(ctx.db, batch, version.version)', 'void markRefused']],
  },
  {
    name: 'a wallet is put on hold at the first conflict',
    file: 'payouts/broadcastBatch.ts',
    changes: [
      [
        'batch.tries > TRIES_BEFORE_HOLD && (await isConsumed(step, batch, version))',
        '(TRIES_BEFORE_HOLD, isConsumed, true)',
      ],
    ],
  },
  {
    name: 'each try of a call to the acquirer has a key of its own',
    file: 'transactions/sendCall.ts',
    changes: [['await make(key, {', 'await make(`${key}_${request.tries}`, {']],
  },
  {
    name: 'a retry writes its call to the acquirer again',
    file: 'transactions/sendCall.ts',
    changes: [['await make(key, { path, body })', 'await make(key, (void path, written))']],
  },
  {
    name: 'a key is used again however old it is',
    file: 'transactions/request.ts',
    changes: [['return key_lifetime_seconds * 0.8', 'return key_lifetime_seconds * 1_000_000']],
  },
  {
    name: 'a capture without an answer is a failure',
    file: 'transactions/captureTransaction.ts',
    changes: [
      ['key, request),\n  )', 'key, request),\n  ).catch(() => null)'],
      [
        "if (snapshot.state === 'voided' ||",
        "if (snapshot.state === 'authorized' || snapshot.state === 'voided' ||",
      ],
    ],
  },
  {
    name: 'a capture is booked without its journal',
    file: 'transactions/captureTransaction.ts',
    changes: [
      [
        'await post(tx, row, captureKey(row.id), capturePostings(conversion, row.currency, row.payout_currency))',
        'void [post, captureKey, capturePostings]',
      ],
    ],
  },
  {
    name: 'the capture comes before the conversion',
    file: 'transactions/fixTransactionRate.ts',
    changes: [['if (!(await ports.useQuote(tx, row, quote)))', 'if (!ports.useQuote)']],
  },
  {
    name: 'no coins are reserved before the capture',
    file: 'transactions/fixTransactionRate.ts',
    changes: [
      ['if (!(await ports.reserveInventory(tx, row, quote.payout_amount)))', 'if (!ports.reserveInventory)'],
    ],
  },
  {
    name: 'what was reserved is not consumed',
    file: 'wiring.ts',
    changes: [['await consume(tx, ref)', 'void consume']],
  },
  {
    name: 'an attempt that ends lets nothing go',
    file: 'transactions/declineTransaction.ts',
    changes: [['await step.ports.letGo(tx, row)', '']],
  },
  {
    name: 'an attempt that ends tells nobody',
    file: 'transactions/declineTransaction.ts',
    changes: [['await recordEvent(tx, row, {', 'void recordEvent; void ({']],
  },
  {
    name: 'a void that was not confirmed counts',
    file: 'transactions/voidTransaction.ts',
    changes: [
      ['key, request),\n  )', 'key, request),\n  ).catch(() => null)'],
      ["if (snapshot.state === 'voided' || snapshot.state === 'failed')", 'if (snapshot)'],
    ],
  },
  {
    name: 'an authorisation without an answer is a decline',
    file: 'transactions/authorizeTransaction.ts',
    changes: [
      [
        'card_token, key, request),\n  )',
        'card_token, key, request),\n  ).catch((refused) => ({ refused, is_first: true }))',
      ],
      ["if (now.state !== 'requires_method') return now\n", ''],
    ],
  },
]
