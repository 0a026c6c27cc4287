/** Why a transaction is not taken into the mempool, in the words of Bitcoin Core. */
export class Refused extends Error {
  override name = 'Refused'
}

/** What a transaction pays for how much room. Satoshi, vB. */
export type Price = { readonly fee: number; readonly vsize: number }
