import Fastify from 'fastify'
import { STYLE } from '../shop/style.ts'
import { type Letter, Letters } from './letters.ts'
import { letterPage, listPage } from './pages.ts'
import { startSmtp } from './smtp.ts'

/** What the mailbox needs to run. Ports of 0 take free ones. */
export type MailboxOptions = {
  host: string
  port: number
  smtp_port: number
  /** Null keeps the mails in memory only. */
  file: string | null
  /** Of the demo shop, to go back to; without it no link. */
  shop_url?: string
}

/** A running mailbox. */
export type Mailbox = {
  /** Its web page; `/api/mails` has the same as JSON. */
  url: string
  smtp_url: string
  /** Newest first. */
  mails(): readonly Letter[]
  close(): Promise<void>
}

const OWN_STYLE = `header { display: flex; justify-content: space-between; align-items: center }
iframe { width: 100%; height: 62rem; border: 0; border-radius: .6rem; background: #fff }`
const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'"

/** Starts a mail server that keeps what it gets, and a page to read it: nobody outside gets mail from a sandbox. */
export async function startMailbox({
  host,
  port,
  smtp_port,
  file,
  shop_url,
}: MailboxOptions): Promise<Mailbox> {
  const letters = await Letters.open(file)
  const smtp = await startSmtp(host, smtp_port, letters)
  const app = Fastify({ forceCloseConnections: true })
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': PAGE_POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
  })
  app.get('/', (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(listPage(letters.all, shop_url).text),
  )
  app.get('/style.css', (_request, reply) => reply.type('text/css').send(STYLE + OWN_STYLE))
  app.get('/api/mails', (_request, reply) => reply.send({ mails: letters.all }))
  app.get<{ Params: { id: string } }>('/mails/:id', (request, reply) => {
    const letter = letters.find(request.params.id)
    if (!letter) return reply.callNotFound()
    return reply.type('text/html; charset=utf-8').send(letterPage(letter, shop_url).text)
  })
  app.get<{ Params: { id: string } }>('/mails/:id/html', (request, reply) => {
    const markup = letters.find(request.params.id)?.html
    if (typeof markup !== 'string') return reply.callNotFound()
    // Links open beside the mailbox: a page of somebody else has no place inside the frame.
    const beside = markup.replace(/<head>/i, '<head><base target="_blank">')
    return reply.header('content-security-policy', MAIL_POLICY).type('text/html; charset=utf-8').send(beside)
  })
  let url = ''
  try {
    url = `http://${host}:${new URL(await app.listen({ host, port })).port}`
  } catch (error) {
    await smtp.close()
    throw error
  }
  return {
    url,
    smtp_url: smtp.url,
    mails: () => letters.all,
    async close() {
      await Promise.all([smtp.close(), app.close()])
    },
  }
}
