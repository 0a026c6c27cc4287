export type Answer = {
  readonly status: number
  readonly body: Buffer
  /** Bytes of head and body together. */
  readonly bytes: number
}

const HEAD_END = Buffer.from('\r\n\r\n')
const BODY_LENGTH = /\r\ncontent-length: *(\d+)\r\n/i

/**
 * Reads one HTTP/1.1 answer from the start of `buffer`; null while it is not all there.
 * @throws Error for an answer without Content-Length: the gateway always sends one here.
 */
export function readAnswer(buffer: Buffer): Answer | null {
  const head_end = buffer.indexOf(HEAD_END)
  if (head_end < 0) return null
  const body_start = head_end + HEAD_END.length
  const head = buffer.toString('latin1', 0, body_start)
  const length = BODY_LENGTH.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without Content-Length:\n${head}`)
  const bytes = body_start + Number(length)
  if (buffer.length < bytes) return null
  return { status: Number(head.slice(9, 12)), body: buffer.subarray(body_start, bytes), bytes }
}
