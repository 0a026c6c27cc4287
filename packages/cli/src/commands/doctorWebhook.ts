import { type Command } from 'commander'
import { connect } from '../config/connect.ts'
import { type Examined, examine, gradeOf, timesOf } from '../doctor/examine.ts'
import { newPatient, type Patient } from '../doctor/patient.ts'
import { type SampleEvent, samples } from '../doctor/sample.ts'
import { CliError, EXIT, usage } from '../exit.ts'
import { post } from '../http/post.ts'
import { type Io, show } from '../io.ts'
import { type CommonOptions, httpUrl, newApiCommand, pairs } from '../options.ts'
import type { SetExit } from '../program.ts'
import { readSecret } from '../readSecret.ts'

const TEACH = `Example:
  $ skiro doctor webhook http://localhost:3000/webhooks/skiro --secret whsec_…

Sends the handler what it will meet one day: valid, stale, unsigned, forged and changed deliveries, the same one twice and
ten times at once, an older one after a newer one, a large and a slow one; judges its answers and says how to mend them.
The events look like checkout.completed of a payment that nobody made: use a handler of your own, in a test environment.
From outside only answers can be seen, not whether goods were shipped twice. --effects-url closes that gap: an address of
yours that answers GET ?event_id=evt_… with how often that event was handled, as a plain number.
Ends with 6 when a check failed.
Next: skiro listen --forward-to <the same url>, and skiro trigger checkout.completed for the real thing.`

type DoctorOptions = CommonOptions & {
  readonly secret?: string
  readonly metadata?: Record<string, string>
  readonly sample?: string
  readonly effectsUrl?: string
  readonly skipVerify?: boolean
}

export function doctorWebhookCommand(io: Io, setExit: SetExit): Command {
  return newApiCommand('webhook', 'send a webhook handler what it will meet, and grade it', TEACH)
    .argument('<url>', 'where your handler is')
    .option('--secret <whsec>', 'what it verifies with, or - for standard input (SKIRO_WEBHOOK_SECRET)')
    .option('--metadata <key=value>', 'of the payment, so that it finds its order; may be repeated', pairs)
    .option('--sample <event>', 'send events like this real one, evt_…')
    .option('--effects-url <url>', 'where your program tells how often it handled an event', httpUrl)
    .option('--skip-verify', 'take any certificate')
    .action(async (url: string, options: DoctorOptions) => {
      const all = await consult(io, url, options)
      if (all.some(({ verdict }) => verdict === 'fail')) setExit(EXIT.findings)
    })
}

async function consult(io: Io, address: string, options: DoctorOptions): Promise<Examined[]> {
  const url = URL.parse(address.includes('://') ? address : `http://${address}`)?.href
  if (!url?.startsWith('http'))
    throw usage('Not an address of a handler.', 'Such as http://localhost:3000/webhooks')
  const given = options.secret ?? io.env['SKIRO_WEBHOOK_SECRET']
  const secret = await readSecret(io, given, { what: 'signing secret', flag: '--secret' })
  if (!secret.startsWith('whsec_')) throw usage('A signing secret begins with whsec_.')
  const model = options.sample === undefined ? null : await realEvent(io, options.sample, options)
  const skip_verify = options.skipVerify ?? false
  await mustBeThere(url, skip_verify)
  const sample = samples(model, options.metadata ?? {})
  const patient = newPatient({ url, secret, sample, effects_url: options.effectsUrl ?? null, skip_verify })
  const all = await examine(patient, io.stopped, (one) => (options.json ? undefined : tellOne(io, one)))
  conclude(io, { url, options, patient, all })
  return all
}

async function realEvent(io: Io, id: string, options: DoctorOptions): Promise<SampleEvent> {
  const event = await connect(io, options).skiro.events.retrieve(id, { signal: io.stopped })
  return { ...event, data: { ...event.data } }
}

/** @throws CliError not_reached (exit 5): there is no handler to be graded */
async function mustBeThere(url: string, skip_verify: boolean): Promise<void> {
  const knock = await post({ url, body: '', headers: {}, timeout_ms: 15_000, skip_verify })
  if (knock.status !== null || !knock.never_reached) return
  throw new CliError(
    EXIT.network,
    'not_reached',
    `Nothing answers at ${url}: ${knock.failure}.`,
    'Start your server first.',
  )
}

const MARKS = {
  pass: ['green', 'ok  '],
  warn: ['yellow', 'warn'],
  fail: ['red', 'FAIL'],
  skip: ['dim', 'skip'],
} as const

function tellOne({ out, color }: Io, { name, verdict, title, did, advice }: Examined): void {
  const [style, mark] = MARKS[verdict]
  out(`${color(style, mark)}  ${name.padEnd(14)} ${title}: ${did}`)
  if (advice) out(`      ${advice}`)
}

type Conclusion = {
  readonly url: string
  readonly options: DoctorOptions
  readonly patient: Patient
  readonly all: readonly Examined[]
}

function conclude(io: Io, { url, options, patient, all }: Conclusion): void {
  const grade = gradeOf(all)
  const times_ms = timesOf(patient.times)
  const blind = options.effectsUrl === undefined
  const document = { object: 'webhook_examination', url, grade, times_ms, sees_effects: !blind, checks: all }
  show({ ...io, json: options.json ?? false }, document, () => [
    '',
    `Grade ${io.color('bold', grade)}. Answers took ${times_ms.median} ms (median), ${times_ms.slowest} ms at most.`,
    ...(blind
      ? ['Not seen: whether an event that came twice was handled twice. --effects-url shows it.']
      : []),
  ])
}
