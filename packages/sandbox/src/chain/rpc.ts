const TIMEOUT_MS = 10_000

export type Call = readonly [method: string, params: readonly unknown[]]

/** No answer came: the node is dead, or paused. */
export class NodeGone extends Error {
  override name = 'NodeGone'
}

/**
 * Several JSON-RPC calls in one HTTP request; the results in the order of the calls.
 * @throws NodeGone when the node does not answer within 10 s; Error when it refuses one of the calls.
 */
export async function rpcBatch(url: string, calls: readonly Call[]): Promise<unknown[]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(calls.map(([method, params], id) => ({ jsonrpc: '2.0', id, method, params }))),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new NodeGone('The EVM test node does not answer.', { cause })
  })
  const answers = (await response.json()) as { id: number; result?: unknown; error?: { message: string } }[]
  const byId = new Map(answers.map((answer) => [answer.id, answer]))
  return calls.map(([method], id) => {
    const answer = byId.get(id)
    if (!answer || answer.error) throw new Error(`${method}: ${answer?.error?.message ?? 'no answer'}`)
    return answer.result
  })
}

/** One JSON-RPC call. */
export async function rpc<T>(url: string, method: string, params: readonly unknown[] = []): Promise<T> {
  const [result] = await rpcBatch(url, [[method, params]])
  return result as T
}
