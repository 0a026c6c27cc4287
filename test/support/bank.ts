import type { World } from './world.ts'

/** What the customer answers on the bank's page at `url`, as that page sends it. */
export async function answerBank(url: string, outcome: 'authorise' | 'fail'): Promise<Response> {
  return await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ outcome }),
  })
}

/** What the hosted page's script does when the bank was answered, or is given up. Returns what the server says. */
export async function goOn(
  world: World,
  session: string,
  verb: 'continue' | 'cancel' = 'continue',
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${world.api_url}/${session}/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-skiro-page': '1' },
    body: '{}',
  })
  return (await answer.json()) as Record<string, unknown>
}
