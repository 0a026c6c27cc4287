import { randomBytes } from 'node:crypto'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import PostalMime from 'postal-mime'

/** A mail as it arrived. */
export type Letter = {
  id: string
  received_at: string
  /** Of the SMTP envelope: who it really went to, whatever its headers say. */
  envelope: { from: string; to: string[] }
  message_id: string
  from: { name: string; address: string }
  reply_to: string | null
  to: string
  subject: string
  text: string
  html: string | null
  /** Every header in its order, as it was sent, unfolded. */
  headers: { name: string; value: string }[]
}

type Kept = { id: string; received_at: string; envelope: Letter['envelope']; raw: string }

const KEPT_MAX = 500

/** The mails of the mailbox, newest first, kept in a file of lines unless that is null. */
export class Letters {
  readonly #file: string | null
  readonly #letters: Letter[] = []

  private constructor(file: string | null) {
    this.#file = file
  }

  static async open(file: string | null): Promise<Letters> {
    const letters = new Letters(file)
    const text = file === null ? '' : await readFile(file, 'utf8').catch(() => '')
    const lines = text.split('\n').filter((line) => line !== '')
    const kept = lines.slice(-KEPT_MAX).flatMap((line) => readLine(line) ?? [])
    for (const one of kept) letters.#letters.unshift(await read(one))
    if (file !== null && lines.length > kept.length)
      await writeFile(file, kept.map((one) => `${JSON.stringify(one)}\n`).join(''), { mode: 0o600 })
    return letters
  }

  get all(): readonly Letter[] {
    return this.#letters
  }

  find(id: string): Letter | null {
    return this.#letters.find((letter) => letter.id === id) ?? null
  }

  async take(raw: Buffer, envelope: Letter['envelope']): Promise<void> {
    const id = randomBytes(8).toString('hex')
    const kept = { id, received_at: new Date().toISOString(), envelope, raw: raw.toString('base64') }
    const letter = await read(kept)
    if (this.#file !== null) await appendFile(this.#file, `${JSON.stringify(kept)}\n`, { mode: 0o600 })
    this.#letters.unshift(letter)
    this.#letters.length = Math.min(this.#letters.length, KEPT_MAX)
  }
}

// A crash may have cut the last line.
function readLine(line: string): Kept | null {
  try {
    return JSON.parse(line) as Kept
  } catch {
    return null
  }
}

async function read({ id, received_at, envelope, raw }: Kept): Promise<Letter> {
  const mail = await PostalMime.parse(Buffer.from(raw, 'base64'))
  return {
    id,
    received_at,
    envelope,
    message_id: mail.messageId ?? '',
    from: { name: mail.from?.name ?? '', address: mail.from?.address ?? '' },
    reply_to: mail.replyTo?.map(({ address }) => address).join(', ') || null,
    to: mail.to?.map(({ address }) => address).join(', ') ?? '',
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? null,
    headers: mail.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
  }
}
