import type { OpenApi, Route } from '../api/matrix/document.ts'
import { type Draft, type Scene, toBytes, validDraft } from './draft.ts'
import { type Answer, exchange, type Outcome } from './exchange.ts'
import { garbage } from './garbage.ts'
import { complaintsAbout, undocumented } from './judge.ts'
import { MUTATIONS } from './mutate.ts'
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
  readonly findings: readonly Finding[]
}

/** Longer than this no answer may take, on a busy machine too. */
const TIMEOUT_MS = 10_000
const GARBAGE_SHARE = 0.06
const PROBE_EVERY = 25
const FINDINGS_MAX = 50

type Trial = {
  readonly pieces: readonly Buffer[]
  readonly no_bodies: boolean
  readonly hang_up: boolean
  readonly judge: (outcome: Outcome) => string[]
}

/**
 * Sends odd requests to a server, made from its OpenAPI document and from the seed, and judges each answer. All findings
 * of a run can be had again, one by one, with the same seed and their numbers.
 */
export async function fuzz(target: Target, options: FuzzOptions): Promise<Report> {
  const { seed, first = 0, count, seconds = Infinity, lanes = 4 } = options
  const start = performance.now()
  const statuses: Record<string, number> = {}
  const findings: Finding[] = []
  let next = first
  let requests = 0

  async function runLane(): Promise<void> {
    while (next < first + count && performance.now() - start < seconds * 1000) {
      if (findings.length >= FINDINGS_MAX) return
      const number = next++
      const trial = makeTrial(target, randomFrom(`${seed}:${number}`))
      const { complaints, outcome } = await runTrial(target, trial)
      const is_probed = number % PROBE_EVERY === 0 || complaints.length > 0
      if (is_probed) complaints.push(...(await probe(target)))
      requests += 1
      for (const { status } of outcome.answers) statuses[status] = (statuses[status] ?? 0) + 1
      if (outcome.answers.length === 0) statuses[0] = (statuses[0] ?? 0) + 1
      for (const complaint of complaints) findings.push(finding(number, complaint, trial, outcome))
      options.onProgress?.(requests)
    }
  }

  await Promise.all(Array.from({ length: lanes }, runLane))
  findings.sort((a, b) => a.number - b.number)
  return { seed, requests, seconds: (performance.now() - start) / 1000, statuses, findings }
}

async function runTrial(
  { port }: Target,
  { pieces, no_bodies, hang_up, judge }: Trial,
): Promise<{ complaints: string[]; outcome: Outcome }> {
  const outcome = await exchange(port, pieces, { no_bodies, hang_up, timeout_ms: TIMEOUT_MS })
  const hangs = outcome.closed ? [] : [`no end after ${TIMEOUT_MS} ms`]
  // Of a head that it cannot read, the server cannot know that the method was HEAD.
  const unread = no_bodies && [400, 431].includes(outcome.answers[0]?.status ?? 0)
  const broken = outcome.rest === '' || unread ? [] : ['bytes that are no answer']
  return { complaints: [...hangs, ...broken, ...judge(outcome)], outcome }
}

/** Whether the server still does what it is for. */
async function probe({ port, probe }: Target): Promise<string[]> {
  const { answers } = await exchange(port, [probe.bytes], { timeout_ms: TIMEOUT_MS })
  const [status] = answers.map((answer) => answer.status)
  return status === probe.status ? [] : [`after it a valid request is answered with ${status ?? 'nothing'}`]
}

function makeTrial(target: Target, random: Random): Trial {
  return random.chance(GARBAGE_SHARE) ? garbageTrial(target, random) : requestTrial(target, random)
}

function requestTrial(target: Target, random: Random): Trial {
  const draft = validDraft(random, random.pick(target.routes), target.scene)
  const mutations = Object.keys(MUTATIONS)
  const done = Array.from({ length: random.pick([0, 1, 1, 1, 1, 2, 2, 3]) }, () => random.pick(mutations))
  for (const name of done) MUTATIONS[name]?.(draft, random, target.scene)
  const has_host = draft.headers.some(([name]) => name === 'Host')
  // What holds for every request, whatever it asks for, stands in no operation.
  const stays = has_host && !done.some((name) => /path|method|id/.test(name))
  return {
    pieces: [toBytes(draft)],
    no_bodies: draft.method === 'HEAD',
    hang_up: false,
    judge: ({ answers }) => [
      ...(answers.length === 1 || mayStaySilent(draft) ? [] : [`${answers.length} answers`]),
      ...answers.flatMap((answer) => judgeAnswer(target, draft, answer, stays)),
    ],
  }
}

/** A server that refuses a body it has not read may end the connection before its answer is read. */
const mayStaySilent = ({ body }: Draft) => body !== null && body.length > 64 * 1024

function judgeAnswer(
  { document, public_url }: Target,
  draft: Draft,
  answer: Answer,
  stays: boolean,
): string[] {
  const is_page = answer.headers.get('content-type')?.startsWith('text/html') ?? false
  return [
    ...complaintsAbout(answer, public_url),
    ...(is_page && draft.path.startsWith('/v1/') ? ['a page instead of JSON'] : []),
    ...(stays ? undocumented(document, draft.route, answer) : []),
  ]
}

function garbageTrial(target: Target, random: Random): Trial {
  const { pieces, hang_up = false, statuses, ambiguous } = garbage(random, target.scene)
  return {
    pieces,
    hang_up,
    no_bodies: false,
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

function finding(number: number, complaint: string, { pieces }: Trial, { answers, rest }: Outcome): Finding {
  const short = (text: string) => (text.length > 1500 ? `${text.slice(0, 1500)}… (${text.length})` : text)
  const answer = answers.map(({ status, headers, body }) => {
    const lines = [...headers].map(([name, value]) => `${name}: ${value}`)
    return [status, ...lines, '', body].join('\n')
  })
  return {
    number,
    complaint,
    request: short(JSON.stringify(Buffer.concat(pieces).toString('latin1'))),
    answer: short([...answer, rest].join('\n')),
  }
}
