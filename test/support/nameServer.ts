import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv4, isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

const TYPES: Readonly<Record<number, 'A' | 'AAAA'>> = { 1: 'A', 28: 'AAAA' }
const NO_SUCH_NAME = 3

export type NameServer = {
  readonly port: number
  /** Names and types that were asked for, in order: `shop.test A`. */
  readonly asked: string[]
  close(): void
}

/**
 * A name server on 127.0.0.1. Nobody may keep its answers: their time to live is 0.
 * @param answer all addresses of a name, to the `nth` question for it and its type, from 0. Null: there is no such
 *   name. Undefined: no answer at all.
 */
export async function startNameServer(
  answer: (name: string, nth: number) => readonly string[] | null | undefined,
  port = 0,
): Promise<NameServer> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  socket.on('message', (question, from) => {
    const { name, end } = readName(question)
    const type = TYPES[question.readUInt16BE(end)]
    const key = `${name} ${type}`
    const nth = asked.filter((earlier) => earlier === key).length
    asked.push(key)
    const addresses = answer(name, nth)
    if (addresses === undefined) return
    const wanted = (addresses ?? []).filter(type === 'A' ? isIPv4 : type === 'AAAA' ? isIPv6 : () => false)
    const head = Buffer.from(question.subarray(0, 12))
    head.writeUInt16BE(0x8180 | (addresses === null ? NO_SUCH_NAME : 0), 2)
    head.writeUInt16BE(wanted.length, 6)
    head.writeUInt32BE(0, 8)
    const records = wanted.map((address) => {
      const bytes = Buffer.from(ipaddr.parse(address).toByteArray())
      // A pointer to the question's name, its type and class, a time to live of 0.
      const record = Buffer.from([
        0xc0,
        0x0c,
        ...question.subarray(end, end + 4),
        0,
        0,
        0,
        0,
        0,
        bytes.length,
      ])
      return Buffer.concat([record, bytes])
    })
    socket.send(Buffer.concat([head, question.subarray(12, end + 4), ...records]), from.port, from.address)
  })
  socket.bind(port, '127.0.0.1')
  await once(socket, 'listening')
  return { port: socket.address().port, asked, close: () => void socket.close() }
}

/** The name of a message's only question, and where it ends. */
function readName(message: Buffer): { name: string; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length).toLowerCase())
    at += length + 1
  }
  return { name: labels.join('.'), end: at + 1 }
}
