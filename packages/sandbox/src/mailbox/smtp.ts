import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import type { Letter, Letters } from './letters.ts'

const SIZE_MAX = 1024 * 1024

/** The mailbox's mail server: takes everything for everybody and sends nothing on. */
export async function startSmtp(host: string, port: number, letters: Letters) {
  const server = new SMTPServer({
    name: 'skiro-mailbox',
    banner: 'takes everything, sends nothing on',
    // On this machine only, with no certificate to offer and nobody to let in.
    disabledCommands: ['STARTTLS', 'AUTH'],
    authOptional: true,
    disableReverseLookup: true,
    size: SIZE_MAX,
    closeTimeout: 500,
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope
      const envelope: Letter['envelope'] = {
        from: mailFrom ? mailFrom.address : '',
        to: rcptTo.map(({ address }) => address),
      }
      buffer(stream)
        .then(async (raw) => {
          if (stream.sizeExceeded) throw Object.assign(new Error('It is too big.'), { responseCode: 552 })
          await letters.take(raw, envelope)
          done()
        })
        .catch((error: Error) => done(error))
    },
  })
  // A client that went away is no trouble of ours.
  server.on('error', () => undefined)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { port: taken } = server.server.address() as AddressInfo
  return {
    url: `smtp://${host}:${taken}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
