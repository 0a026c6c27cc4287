import type { CodeSample } from '../openapi/types.ts'
import { literal } from './literal.ts'

/** A call as the samples show it. */
export type SampleCall = {
  readonly method: string
  /** With its ids filled in: `/v1/checkout/cs_…`. */
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
  readonly idempotency_key: string | null
  /** What the SDK calls it. */
  readonly sdk: string
  readonly id: string | null
  /** `object` of the answer; of a list, `item` is that of the objects in it. */
  readonly answers: string
  readonly item: string | null
}

/** The call from a shell and from TypeScript. Both run as they stand, with `SKIRO_API_KEY` in the environment. */
export function codeSamples(call: SampleCall, public_url: string): CodeSample[] {
  return [
    { lang: 'Shell', label: 'curl', source: curlSample(call, public_url) },
    { lang: 'TypeScript', label: 'SDK', source: sdkSample(call) },
  ]
}

function curlSample({ method, path, query, body, idempotency_key }: SampleCall, public_url: string): string {
  const pairs = Object.entries(query).map(([key, value]): [string, string] => [key, String(value)])
  const search = new URLSearchParams(pairs).toString()
  const url = public_url + path + (search && `?${search}`)
  const has_body = body !== undefined
  const lines = [
    // curl itself takes GET without a body and POST with one.
    `curl${method === (has_body ? 'POST' : 'GET') ? '' : ` -X ${method}`} ${search ? shellQuote(url) : url}`,
    '-H "Authorization: Bearer $SKIRO_API_KEY"',
    ...(idempotency_key === null ? [] : [`-H 'Idempotency-Key: ${idempotency_key}'`]),
    ...(has_body
      ? [`-H 'Content-Type: application/json'`, `-d ${shellQuote(JSON.stringify(body, null, 2))}`]
      : []),
  ]
  return lines.join(' \\\n  ')
}

function sdkSample({ sdk, id, body, query, answers, item }: SampleCall): string {
  const settings = body ?? (Object.keys(query).length > 0 ? query : undefined)
  const args = [id, settings].filter((value) => value !== null && value !== undefined)
  const list = item !== null
  const start = `const ${list ? 'page' : (NAMES[answers] ?? answers)} = await skiro.${sdk}(`
  const short = `${start}${args.map((value) => literal(value)).join(', ')})`
  const [first = ''] = short.split('\n')
  const call =
    first.length <= LINE ? short : `${start}\n${args.map((value) => `  ${literal(value, 2)},\n`).join('')})`
  if (!list) return call
  const name = NAMES[item] ?? item
  const whole = `skiro.${sdk}(${id === null ? '' : literal(id)})`
  const loop =
    `for await (const ${name} of ${whole}) {`.length <= LINE
      ? `for await (const ${name} of ${whole}) {`
      : `const all = ${whole}\nfor await (const ${name} of all) {`
  return `${call}\n// or all of them, page after page:\n${loop}\n  console.log(${name}.${IDS[item] ?? 'id'})\n}`
}

/** What fits beside the text on most screens. */
const LINE = 62

/** What people call the objects in their code. */
const NAMES: Readonly<Record<string, string>> = {
  checkout_session: 'session',
  webhook_endpoint: 'endpoint',
  webhook_delivery: 'delivery',
  webhook_resend: 'resend',
  event_resend: 'resend',
}

/** What tells objects apart that have no id of their own. */
const IDS: Readonly<Record<string, string>> = { event_resend: 'sequence' }

const shellQuote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
