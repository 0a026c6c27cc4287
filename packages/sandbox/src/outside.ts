import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startAcquirer } from './acquirer/server.ts'
import { HOST, type PORTS } from './addresses.ts'
import { startBitcoin } from './bitcoin.ts'
import { bitcoinAddressOf } from './bitcoin/address.ts'
import { startChain } from './chain.ts'
import { watchChain } from './chain/watchChain.ts'
import { startMailbox } from './mailbox/server.ts'
import { startPostgres } from './postgres.ts'
import type { SandboxOptions } from './sandbox.ts'
import type { Secrets } from './secrets.ts'
import { logTail } from './state.ts'
import { startVenues } from './venues/server.ts'

/** Starts what the gateway talks to. None of them needs another. */
export async function startOutside(
  options: SandboxOptions,
  secrets: Secrets,
  ports: typeof PORTS,
  api_url: string,
) {
  const { paths, progress, processes, stops, signal, onFailure } = options
  for (const folder of [paths.chain, paths.bitcoin, paths.acquirer, paths.shop, paths.mailbox])
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  const log_file = paths.postgres_log
  const starts = [
    progress.step('PostgreSQL', async () => {
      const postgres = await startPostgres({ dir: paths.postgres, port: ports.postgres, log_file, signal })
      stops.add('PostgreSQL', postgres.stop)
      void postgres.exited.then(() =>
        onFailure(new Error(`PostgreSQL ended unexpectedly. The end of ${log_file}:\n${logTail(log_file)}`)),
      )
      return postgres
    }),
    progress.step('Ethereum chain', async () => {
      const state_file = join(paths.chain, 'state.json')
      const chain = await startChain({ state_file, port: ports.chain, treasury_key: secrets.treasury_key })
      const watch = new AbortController()
      stops.add('The Ethereum chain', () => {
        watch.abort()
        return chain.stop()
      })
      processes.set('anvil', chain.pid)
      void watchChain(chain, watch.signal, onFailure)
      return chain
    }),
    progress.step('Bitcoin chain', async () => {
      const bitcoin = await startBitcoin({
        folder: paths.bitcoin,
        port: ports.bitcoin,
        treasury: bitcoinAddressOf(secrets.treasury_key),
        password: secrets.bitcoin_password,
      })
      let stopping = false
      stops.add('The Bitcoin chain', () => {
        stopping = true
        return bitcoin.stop()
      })
      processes.set('bitcoin', bitcoin.pid)
      void bitcoin.exited.then(() => {
        if (!stopping) onFailure(new Error('The Bitcoin node ended unexpectedly.'))
      })
      return bitcoin
    }),
    progress.step('Card acquirer', async () => {
      const acquirer = await startAcquirer({
        host: HOST,
        port: ports.acquirer,
        book_file: join(paths.acquirer, 'book.jsonl'),
        webhook_url: `${api_url}/acquirers/simulator/webhook?mode=test`,
        ...acquirerKeys(secrets),
      })
      stops.add('The card acquirer', () => acquirer.close())
      return acquirer
    }),
    progress.step('Exchange venues', async () => {
      const venues = await startVenues({ host: HOST, port: ports.venues })
      stops.add('The exchange venues', () => venues.close())
      return venues
    }),
    progress.step('Mailbox', async () => {
      const mailbox = await startMailbox({
        host: HOST,
        port: ports.mailbox,
        smtp_port: ports.smtp,
        file: join(paths.mailbox, 'mails.jsonl'),
        shop_url: `http://${HOST}:${ports.shop}`,
      })
      stops.add('The mailbox', () => mailbox.close())
      return mailbox
    }),
  ] as const
  // All have to settle: one that came up after another failed has to be on the stop list.
  await Promise.allSettled(starts)
  const [postgres, chain, bitcoin, acquirer, venues, mailbox] = await Promise.all(starts)
  return { postgres, chain, bitcoin, acquirer, venues, mailbox }
}

/** The acquirer's keys, as both sides of it are given them. */
export function acquirerKeys(secrets: Secrets) {
  return {
    secret_key: secrets.acquirer_secret_key,
    publishable_key: secrets.acquirer_publishable_key,
    webhook_secret: secrets.acquirer_webhook_secret,
  }
}
