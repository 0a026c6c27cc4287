import { exchange } from './exchange.ts'

const HEAD =
  'POST /v1/checkout HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n'
/** A piece every few seconds, so that the connection is never idle for long. */
const drops = (begin: string) => [begin, ...'x'.repeat(40)].map((text) => Buffer.from(text))

/** Clients that never come to an end, as in Slowloris attacks. */
const CLIENTS: Readonly<Record<string, { pieces: readonly Buffer[]; pause_ms?: number }>> = {
  'says nothing': { pieces: [] },
  'sends half a head': { pieces: [Buffer.from(HEAD)] },
  'sends half a body': { pieces: [Buffer.from(`${HEAD}\r\n{"amount":`)] },
  'sends a head drop by drop': { pieces: drops(`${HEAD}X: `), pause_ms: 3000 },
  'sends a body drop by drop': { pieces: drops(`${HEAD}\r\n{"amount":`), pause_ms: 3000 },
}

/** Seconds after which the server must have ended every one of them: twice its limit, as it looks only now and then. */
export const SLOW_SECONDS = 65

/** Which of them the server has not got rid of in time. */
export async function slowClients(port: number): Promise<string[]> {
  const ends = Object.entries(CLIENTS).map(async ([name, { pieces, pause_ms = 0 }]) => {
    const { closed } = await exchange(port, pieces, { pause_ms, timeout_ms: SLOW_SECONDS * 1000 })
    return closed ? [] : [`a client that ${name} is still connected after ${SLOW_SECONDS} s`]
  })
  return (await Promise.all(ends)).flat()
}
