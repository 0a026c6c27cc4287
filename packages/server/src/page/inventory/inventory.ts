import { type Assets, integrityOf } from '../assets.ts'

/**
 * A script of the payment page, why it is there, and what it must be (PCI DSS 4.0.1, 6.4.3). Ours is the whole list:
 * what runs in the acquirer's frame is of another origin and stands in the acquirer's own inventory.
 */
export type PageScript = {
  readonly name: string
  /** `inline`: in the document. Otherwise the path of the file. */
  readonly place: string
  /** Subresource Integrity value of its content. */
  readonly integrity: string
  readonly reason: string
}

const REASONS = {
  early:
    'Keeps the messages that the acquirer’s card frame sends before the page’s script has come, so that none is lost. It reads and sends nothing.',
  checkout:
    'Asks the acquirer’s frame for a single-use token, sends it to our server and shows what became of the payment. It never sees a card number.',
}

/** All scripts that a page of ours may carry, in the order in which they stand there. */
export function pageInventory(assets: Assets): PageScript[] {
  return [
    { name: 'early', place: 'inline', integrity: integrityOf(assets.early_body), reason: REASONS.early },
    {
      name: 'checkout',
      place: assets.script_path,
      integrity: assets.script_integrity,
      reason: REASONS.checkout,
    },
  ]
}
