import { exchange } from './exchange.ts'
import type { Target } from './fuzz.ts'

/** A piece every few seconds, so that the connection is never idle for long. */
const drops = (begin: string) => [begin, ...'x'.repeat(40)].map((text) => Buffer.from(text))

/** Clients that never come to an end, as in Slowloris attacks. */
function clients(key: string): Readonly<Record<string, { pieces: readonly Buffer[]; pause_ms?: number }>> {
  const head = [
    'POST /v1/checkout HTTP/1.1',
    'Host: x',
    `Authorization: Bearer ${key}`,
    'Content-Type: application/json',
    'Content-Length: 1000\r\n',
  ].join('\r\n')
  const body = `${head}\r\n{"amount":`
  return {
    'says nothing': { pieces: [] },
    'sends half a head': { pieces: [Buffer.from(head)] },
    'sends half a body': { pieces: [Buffer.from(body)] },
    'sends a head drop by drop': { pieces: drops(`${head}X: `), pause_ms: 3000 },
    'sends a body drop by drop': { pieces: drops(body), pause_ms: 3000 },
  }
}

/** Seconds after which the server must have ended every one of them. Its own limit is 30. */
export const SLOW_SECONDS = 45

/** Which of them the server has not got rid of in time. */
export async function slowClients({ port, scene }: Target): Promise<string[]> {
  const ends = Object.entries(clients(scene.key)).map(async ([name, { pieces, pause_ms = 0 }]) => {
    const { closed } = await exchange(port, pieces, { pause_ms, timeout_ms: SLOW_SECONDS * 1000 })
    return closed ? [] : [`a client that ${name} is still connected after ${SLOW_SECONDS} s`]
  })
  return (await Promise.all(ends)).flat()
}
