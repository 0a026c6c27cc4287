import { findOrder, type Order } from './orders.ts'

export const productPage = (): string =>
  page('Lamp', '<p>49.99 USD</p><form method="post" action="/buy"><button>Buy</button></form>')

export const failurePage = (): string => page('The payment could not be started', '<p>Please try again.</p>')

/** Null: there is no such order. */
export function orderPage(id: string): string | null {
  const order = findOrder(id)
  return order ? page(`Order ${order.id}`, `<p>${progress(order)}</p>`, !order.tx_hash) : null
}

function progress({ status, tx_hash }: Order): string {
  if (tx_hash) return `Paid. The shop got its crypto: <code>${tx_hash}</code>`
  return status === 'paid' ? 'Paid. The lamp is on its way.' : 'Waiting for the payment.'
}

// Nothing in these pages comes from outside. If it did, it would have to be escaped.
const page = (title: string, body: string, refresh = false): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>${
    refresh ? '<meta http-equiv="refresh" content="2">' : ''
  }<h1>${title}</h1>${body}</html>`
