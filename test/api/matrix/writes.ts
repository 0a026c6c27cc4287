import { randomUUID } from 'node:crypto'
import { type Request, bytesOf } from './call.ts'
import type { Route } from './document.ts'
import { type Matrix, absentLike, findHomes, homeOf, isTestHelper } from './walk.ts'

/** A request of the owner that took effect, under an Idempotency-Key of its own where the route takes one. */
export type Done = { readonly route: Route; readonly request: Omit<Request, 'key'>; readonly id: string }

/**
 * The owner's own calls to every route that writes: each must get through to the object with at least one body, or the
 * refusals that strangers got say nothing. Deletes come last.
 */
export async function ownWrites(matrix: Matrix): Promise<{ complaints: string[]; done: Done[] }> {
  const { call, owner } = matrix
  const { homes } = await findHomes(matrix)
  const done: Done[] = []
  // A stranger may be the owner of another run: retries of that one are its own.
  const run = randomUUID()
  const complaints: string[] = []
  const writes = matrix.routes.filter(({ method }) => method !== 'GET' && method !== 'HEAD')
  for (const route of writes.toSorted(
    (a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'),
  )) {
    // Paying ends a session as expiring does: each has its own.
    const fresh = isTestHelper(route) ? await newSession(matrix) : null
    const id = fresh ?? owner.objects[homes.get(homeOf(route.path)) ?? ''] ?? ''
    const url = route.path.replace(/\{\w+\}/g, id)
    const answers: string[] = []
    for (const [index, body] of (route.bodies.length > 0 ? route.bodies : [undefined]).entries()) {
      const idempotency_key = `${run} ${route.path} ${index}`
      const request = { method: route.method, url, body, ...(route.method === 'POST' && { idempotency_key }) }
      const { status, text } = await call({ ...request, key: owner.key })
      if (status < 300) done.push({ route, request, id })
      else answers.push(`${status} ${text}`)
    }
    if (isTestHelper(route) && owner.key.startsWith('sk_live_')) {
      if (answers.length !== route.bodies.length || !answers.every((answer) => answer.startsWith('403 ')))
        complaints.push(`${route.method} ${route.path}: a live key is not refused: ${answers.join(', ')}`)
      continue
    }
    if (!done.some((one) => one.route === route))
      complaints.push(`${route.method} ${route.path}: its owner does not get through: ${answers.join(', ')}`)
  }
  return { complaints, done }
}

async function newSession({ call, owner }: Matrix): Promise<string> {
  const body = { amount: 1, currency: 'USD', payout_currency: 'USDT' }
  const { text } = await call({ method: 'POST', url: '/v1/checkout', key: owner.key, body })
  return (JSON.parse(text) as { id: string }).id
}

/**
 * The same requests again, with the owner's own Idempotency-Key, by everyone else. What was kept for the owner, which
 * may hold a secret that is shown once, is given to no one else.
 */
export async function stolenRetries(matrix: Matrix, done: readonly Done[]): Promise<string[]> {
  const complaints: string[] = []
  const expect = (fine: boolean, what: string) => {
    if (!fine) complaints.push(what)
  }
  for (const { route, request, id } of done) {
    const name = `${route.method} ${route.path}, asked again`
    const { call, owner, strangers, bad_keys } = matrix
    for (const [what, key] of Object.entries({ ...bad_keys, 'for reading': owner.read_key })) {
      const { status, headers } = await call({ ...request, key })
      expect(
        status === (what === 'for reading' ? 403 : 401),
        `${name}: a key that is ${what} is answered ${status}`,
      )
      expect(!headers.includes('idempotent-replayed'), `${name}: a key that is ${what} gets a kept answer`)
    }
    for (const [who, { key }] of Object.entries(strangers)) {
      const answer = await call({ ...request, key })
      expect(!answer.headers.includes('idempotent-replayed'), `${name}: ${who} gets a kept answer`)
      if (id === '') continue
      const absent = {
        ...request,
        url: request.url.replace(id, absentLike(id)),
        idempotency_key: randomUUID(),
      }
      const nothing = await call({ ...absent, key })
      expect(
        bytesOf(answer, id) === bytesOf(nothing, absentLike(id)),
        `${name}: ${who} sees that it was done: ${answer.status} ${answer.text}`,
      )
    }
  }
  return complaints
}
