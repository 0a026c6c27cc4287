import assert from 'node:assert/strict'
import { createKrakenExchange } from '../../packages/server/src/adapters/venues/kraken/private/index.ts'
import { startVenues } from '../../packages/sandbox/src/venues/server.ts'

export type ExchangeBook = {
  balances: Record<string, string>
  orders: { client_id: string; symbol: string; amount: string; filled: string; cost: string; fee: string }[]
  withdrawals: {
    reference: string
    asset: string
    address: string
    amount: string
    fee: string
    status: string
  }[]
}

/** For tests: the sandbox's exchanges on a free port, its account at Kraken, and ways to look into it and to break it. */
export async function openExchangeWorld() {
  const venues = await startVenues({ host: '127.0.0.1', port: 0 })
  const { urls, keys } = venues
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(new URL(`/_sim/account${path}`, urls.kraken), {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    assert.equal(answer.status, 200, text)
    return JSON.parse(text)
  }
  return {
    urls,
    keys,
    exchange: (change: { url?: string; api_key?: string; private_key?: string } = {}, timeout_ms?: number) =>
      createKrakenExchange({ url: urls.kraken, ...keys, ...change }, timeout_ms),
    book: async () => (await ask('GET', '')) as ExchangeBook,
    fault: (operation: string, kind: string, more: { times?: number; delay_ms?: number } = {}) =>
      ask('POST', '/faults', { operation, kind, ...more }),
    mend: () => ask('DELETE', '/faults'),
    save: (key: string, asset: string, address: string) => ask('POST', '/addresses', { key, asset, address }),
    settle: (status: 'Pending' | 'Success' | 'Failure') => ask('POST', '/settle', { status }),
    deposit: (asset: string, amount: string) => ask('POST', '/deposit', { asset, amount }),
    /** The exchange's clock goes ahead; its prices do not. */
    advance: (ms: number) => ask('POST', '/advance', { ms }),
    close: () => venues.close(),
  }
}

export type ExchangeWorld = Awaited<ReturnType<typeof openExchangeWorld>>
