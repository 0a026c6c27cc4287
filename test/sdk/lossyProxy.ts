import { once } from 'node:events'
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What may happen to a request on its way. All but `passed` leave the client without an answer. */
export type Fate = 'passed' | 'lost_before' | 'lost_after' | 'cut' | 'silent'

/**
 * A proxy that loses messages. `lost_before`: the request never arrives; `lost_after`: the server acts and its answer is
 * dropped; `cut`: half of the answer arrives; `silent`: the server acts and the client waits for ever.
 */
export async function lossyProxy(target: string, nextFate: () => Fate) {
  const fates = new Map<Fate, number>()
  const server = createServer((request, response) => {
    const fate = nextFate()
    fates.set(fate, (fates.get(fate) ?? 0) + 1)
    void pass(target, request, response, fate).catch(() => response.destroy())
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
): Promise<void> {
  const body = await buffer(request)
  if (fate === 'lost_before') {
    response.destroy()
    return
  }
  const { method, headers } = request
  const forwarded = httpRequest(new URL(request.url ?? '/', target), { method, headers })
  forwarded.end(body)
  const [answer] = (await once(forwarded, 'response')) as [IncomingMessage]
  const bytes = await buffer(answer)
  if (fate === 'silent') return
  if (fate === 'lost_after') {
    response.destroy()
    return
  }
  response.writeHead(answer.statusCode ?? 0, answer.headers)
  if (fate === 'passed') response.end(bytes)
  else response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy())
}
