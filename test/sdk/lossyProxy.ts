import { once } from 'node:events'
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

/** What may happen to a request on its way. Only `passed`, `late` and `twice` give the client an answer. */
export type Fate = 'passed' | 'lost_before' | 'lost_after' | 'cut' | 'silent' | 'late' | 'twice'

/**
 * A proxy that loses messages. `lost_before`: the request never arrives; `lost_after`: the server acts and its answer is
 * dropped; `cut`: half of the answer arrives; `silent`: the server acts and the client waits for ever; `late`: it arrives
 * after a pause; `twice`: a copy of it arrives after a pause, and the client gets the first answer.
 * @param pause_ms of one that is late, or of a copy
 */
export async function lossyProxy(target: string, nextFate: () => Fate, pause_ms: () => number = () => 0) {
  const fates = new Map<Fate, number>()
  const server = createServer((request, response) => {
    const fate = nextFate()
    fates.set(fate, (fates.get(fate) ?? 0) + 1)
    void pass(target, request, response, fate, pause_ms).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fates,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function pass(
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
  fate: Fate,
  pause_ms: () => number,
): Promise<void> {
  const body = await buffer(request)
  if (fate === 'lost_before') {
    response.destroy()
    return
  }
  if (fate === 'late') await sleep(pause_ms())
  if (fate === 'twice')
    void sleep(pause_ms()).then(async () => forward(target, request, body).catch(() => {}))
  const { answer, bytes } = await forward(target, request, body)
  if (fate === 'silent') return
  if (fate === 'lost_after') {
    response.destroy()
    return
  }
  response.writeHead(answer.statusCode ?? 0, answer.headers)
  if (fate === 'cut') response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy())
  else response.end(bytes)
}

async function forward(target: string, { url, method, headers }: IncomingMessage, body: Buffer) {
  const forwarded = httpRequest(new URL(url ?? '/', target), { method, headers })
  forwarded.end(body)
  const [answer] = (await once(forwarded, 'response')) as [IncomingMessage]
  return { answer, bytes: await buffer(answer) }
}
