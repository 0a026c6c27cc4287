import { type Logger, pino } from 'pino'
import { createSigner } from './adapters/registry.ts'
import { serveSigner } from './adapters/signers/remote/listen.ts'
import { openFileJournal, stopByFile, stopReasonOfFile } from './adapters/signers/shared/fileJournal.ts'
import type { SignerProcessConfig } from './config.ts'
import { logLines } from './logLines.ts'
import { runUntilStopped, type Stop } from './runUntilStopped.ts'

/** Runs the signer as a process of its own until it is told to stop: a key, a journal and a socket, nothing else. */
export async function runSigner(config: SignerProcessConfig): Promise<void> {
  const log: Logger = pino(
    { level: config.log_level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    logLines(),
  )
  await runUntilStopped({ log, config }, [start])
}

async function start({ log, config }: { log: Logger; config: SignerProcessConfig }): Promise<Stop> {
  const { socket, journal: path } = config
  const journal = await openFileJournal(path)
  const signer = createSigner(config.signer, journal)
  // A key that cannot be read is found now, not at the first payout.
  await signer.publicKey()
  const server = await serveSigner({
    socket,
    signer,
    stopped: () => stopReasonOfFile(path),
    stop: (reason) => stopByFile(path, reason),
    onSigning(order_id, error) {
      if (error) log.warn({ order_id, err: error }, 'not signed')
      else log.info({ order_id }, 'signed')
    },
  })
  log.info({ signer: signer.id, socket }, 'signer listens')
  return async () => {
    await server.close()
    await journal.close()
  }
}
