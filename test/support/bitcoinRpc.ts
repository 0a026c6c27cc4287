/** One JSON-RPC call to a Bitcoin node; `url` holds user and password. @throws Error with the node's words */
export async function bitcoinRpc<T>(url: string, method: string, ...params: unknown[]): Promise<T> {
  const { origin, pathname, username, password } = new URL(url)
  const response = await fetch(origin + pathname, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    },
    body: JSON.stringify({ jsonrpc: '1.0', id: 1, method, params }),
  })
  const answer = (await response.json()) as { result: T; error: { message: string } | null }
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`)
  return answer.result
}
