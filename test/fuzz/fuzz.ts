import type { OpenApi, Route } from '../api/matrix/document.ts'
import { type Draft, type Scene, plainDraft, toBytes, validDraft } from './draft.ts'
import { type Answer, exchange, type Outcome } from './exchange.ts'
import { type Garbage, garbageOf } from './garbage.ts'
import { complaintsAbout, undocumented } from './judge.ts'
import { mutate } from './mutate.ts'
import { type Random, randomFrom } from './random.ts'

export type Target = {
  readonly port: number
  readonly document: OpenApi
  readonly routes: readonly Route[]
  readonly scene: Scene
  /** Where the server believes it is reached. */
  readonly public_url: string
  /** A valid request and the status that it must be answered with. */
  readonly probe: { readonly bytes: Buffer; readonly status: number }
}

export type FuzzOptions = {
  readonly seed: number
  /** Requests from this number on. */
  readonly first?: number
  readonly count: number
  /** Ends earlier, after that time. */
  readonly seconds?: number
  /** Ends when so many complaints are found. */
  readonly findings_max?: number
  /** No answer may take longer, on a busy machine too. */
  readonly timeout_ms?: number
  /** Connections at once. */
  readonly lanes?: number
  readonly onProgress?: (requests: number) => void
}

export type Finding = {
  /** Together with the seed it makes the same request again. */
  readonly number: number
  readonly complaint: string
  readonly request: string
  readonly answer: string
}

export type Report = {
  readonly seed: number
  readonly requests: number
  readonly seconds: number
  /** How often each status was answered; 0 for a connection that ended without an answer. */
  readonly statuses: Readonly<Record<string, number>>
  /** Routes that answered a request of theirs with success, as `GET /v1/checkout`. */
  readonly reached: ReadonlySet<string>
  readonly findings: readonly Finding[]
}

const GARBAGE_SHARE = 0.06
const PROBE_EVERY = 25

type Trial = {
  readonly name: string
  readonly pieces: readonly Buffer[]
  readonly no_bodies: boolean
  readonly hang_up: boolean
  readonly judge: (outcome: Outcome) => string[]
  /** It is plain, and must succeed. */
  readonly is_valid: boolean
}

/**
 * Sends odd requests to a server, made from its OpenAPI document and from the seed, and judges each answer. All findings
 * of a run can be had again, one by one, with the same seed and their numbers.
 */
export async function fuzz(target: Target, options: FuzzOptions): Promise<Report> {
  const {
    seed,
    first = 0,
    count,
    seconds = Infinity,
    findings_max = 50,
    timeout_ms = 10_000,
    lanes = 4,
  } = options
  const start = performance.now()
  const statuses: Record<string, number> = {}
  const findings: Finding[] = []
  const reached = new Set<string>()
  let next = first
  let requests = 0

  async function runLane(): Promise<void> {
    while (next < first + count && performance.now() - start < seconds * 1000) {
      if (findings.length >= findings_max) return
      const number = next++
      const trial = makeTrial(target, number, randomFrom(`${seed}:${number}`))
      const { complaints, outcome } = await runTrial(target, trial, timeout_ms)
      const is_probed = number % PROBE_EVERY === 0 || complaints.length > 0
      if (is_probed) complaints.push(...(await probe(target, timeout_ms)))
      requests += 1
      for (const answer of outcome.answers) learn(target.scene, answer)
      const succeeded = outcome.answers.some(({ status }) => status < 400)
      if (trial.is_valid && succeeded) reached.add(trial.name)
      for (const { status } of outcome.answers) statuses[status] = (statuses[status] ?? 0) + 1
      if (outcome.answers.length === 0) statuses[0] = (statuses[0] ?? 0) + 1
      for (const complaint of complaints) findings.push(finding(number, complaint, trial, outcome))
      options.onProgress?.(requests)
    }
  }

  await Promise.all(Array.from({ length: lanes }, runLane))
  findings.sort((a, b) => a.number - b.number)
  return { seed, requests, seconds: (performance.now() - start) / 1000, statuses, reached, findings }
}

async function runTrial(
  { port }: Target,
  { pieces, no_bodies, hang_up, judge }: Trial,
  timeout_ms: number,
): Promise<{ complaints: string[]; outcome: Outcome }> {
  const outcome = await exchange(port, pieces, { no_bodies, hang_up, timeout_ms })
  const hangs = outcome.closed ? [] : [`no end after ${timeout_ms} ms`]
  // Of a head that it cannot read, the server cannot know that the method was HEAD.
  const unread = no_bodies && [400, 431].includes(outcome.answers[0]?.status ?? 0)
  const broken = outcome.rest === '' || unread ? [] : ['bytes that are no answer']
  return { complaints: [...hangs, ...broken, ...judge(outcome)], outcome }
}

/** Whether the server still does what it is for. */
async function probe({ port, probe }: Target, timeout_ms: number): Promise<string[]> {
  const { answers } = await exchange(port, [probe.bytes], { timeout_ms })
  const [status] = answers.map((answer) => answer.status)
  return status === probe.status ? [] : [`after it a valid request is answered with ${status ?? 'nothing'}`]
}

/** The first requests are one to each route, plain, and then each sort of garbage. */
function makeTrial(target: Target, number: number, random: Random): Trial {
  const { routes, scene } = target
  const route = routes[number]
  if (route) return requestTrial(target, random, route, false)
  const sorts = garbageOf(random, scene)
  const sort = sorts[number - routes.length] ?? (random.chance(GARBAGE_SHARE) ? random.pick(sorts) : null)
  return sort ? garbageTrial(target, sort()) : requestTrial(target, random, pickRoute(random, routes), true)
}

function requestTrial(target: Target, random: Random, route: Route, is_spoilt: boolean): Trial {
  const { scene } = target
  const draft = is_spoilt ? validDraft(random, route, scene) : plainDraft(route, scene)
  const stays = is_spoilt ? mutate(draft, random, scene) : true
  const is_described = stays && isPlainHead(draft)
  return {
    name: `${route.method} ${route.path}`,
    pieces: [toBytes(draft)],
    is_valid: !is_spoilt,
    no_bodies: draft.method === 'HEAD',
    hang_up: false,
    judge: ({ answers }) => [
      ...(answers.length === 1 || mayStaySilent(draft) ? [] : [`${answers.length} answers`]),
      ...answers.flatMap((answer) => judgeAnswer(target, draft, answer, is_described)),
    ],
  }
}

/** Whether the request comes as far as its route: what holds for every request stands in no operation. */
function isPlainHead({ path, query, headers }: Draft): boolean {
  const target = path + query.join('')
  const bytes = [target, ...headers.flat()].join('    ').length
  return /^[\x21-\x7e]*$/.test(target) && headers.some(([name]) => name === 'Host') && bytes < 12_000
}

/** Routes with a body have the most that can be wrong with them, HEAD has nothing of its own. */
function pickRoute(random: Random, routes: readonly Route[]): Route {
  const route = random.pick(routes)
  const again = route.method === 'HEAD' || (route.bodies.length === 0 && random.chance(0.5))
  return again ? random.pick(routes) : route
}

/** A server that refuses a body it has not read may end the connection before its answer is read. */
const mayStaySilent = ({ body }: Draft) => body !== null && body.length > 64 * 1024

function judgeAnswer(
  { document, public_url }: Target,
  draft: Draft,
  answer: Answer,
  is_described: boolean,
): string[] {
  const is_page = answer.headers.get('content-type')?.startsWith('text/html') ?? false
  return [
    ...complaintsAbout(answer, public_url),
    ...(is_page && draft.path.startsWith('/v1/') ? ['a page instead of JSON'] : []),
    ...(is_described ? undocumented(document, draft.route, answer) : []),
  ]
}

function garbageTrial(target: Target, garbage: Garbage): Trial {
  const { pieces, hang_up = false, statuses, ambiguous } = garbage
  return {
    name: garbage.name,
    pieces,
    hang_up,
    no_bodies: false,
    is_valid: false,
    judge: ({ answers }) => {
      const got = answers.map(({ status }) => status).join()
      return [
        ...answers.flatMap((answer) => complaintsAbout(answer, target.public_url)),
        ...(statuses && got !== statuses.join() ? [`answers ${got} instead of ${statuses.join()}`] : []),
        ...(ambiguous && (answers.length > 1 || !/^(4..)?$/.test(got)) ? [`answers ${got}`] : []),
      ]
    },
  }
}

const IDS_MAX = 8

/** Takes note of the objects that an answer shows, so that later requests can be about them. */
function learn({ objects }: Scene, { status, body }: Answer): void {
  if (status >= 300 || !body.startsWith('{"')) return
  const shown = JSON.parse(body) as Shown
  const listed = Array.isArray(shown.data) ? shown.data : []
  for (const { id, object } of [shown, ...listed].slice(0, 4)) {
    const ids = object === undefined ? undefined : objects.get(object)
    if (typeof id !== 'string' || !ids || ids.includes(id)) continue
    ids.push(id)
    // The first ones stay: a request that is sent again alone has no others.
    if (ids.length > IDS_MAX) ids.splice(1, 1)
  }
}

type Shown = { readonly id?: string; readonly object?: string; readonly data?: Shown[] | object }

function finding(
  number: number,
  complaint: string,
  { name, pieces }: Trial,
  { answers, rest }: Outcome,
): Finding {
  const short = (text: string) => (text.length > 1500 ? `${text.slice(0, 1500)}… (${text.length})` : text)
  const answer = answers.map(({ status, headers, body }) => {
    const lines = [...headers].map(([name, value]) => `${name}: ${value}`)
    return [status, ...lines, '', body].join('\n')
  })
  return {
    number,
    complaint,
    request: short(`${name}: ${JSON.stringify(Buffer.concat(pieces).toString('latin1'))}`),
    answer: short([...answer, rest].join('\n')),
  }
}
