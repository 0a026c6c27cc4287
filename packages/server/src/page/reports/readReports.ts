import { z } from 'zod'

/** Something that a browser refused on a page of ours, without what would tell whose page it was. */
export type PageReport = {
  /** The rule of the policy that refused it. */
  readonly directive: string
  /** An origin, a scheme (`chrome-extension:`), or one of CSP's words: `inline`, `eval`. */
  readonly blocked: string
  /** Where it came from: `page`, another origin, a scheme; empty when the browser does not say. */
  readonly source: string
}

const DIRECTIVES: ReadonlySet<string> = new Set([
  ...['default-src', 'script-src', 'script-src-elem', 'script-src-attr', 'style-src', 'style-src-elem'],
  ...['style-src-attr', 'img-src', 'connect-src', 'font-src', 'media-src', 'object-src', 'manifest-src'],
  ...['worker-src', 'child-src', 'frame-src', 'form-action', 'base-uri', 'frame-ancestors'],
  ...['require-trusted-types-for', 'trusted-types'],
])
const WORDS: ReadonlySet<string> = new Set([
  ...['inline', 'eval', 'wasm-eval', 'trusted-types-policy', 'trusted-types-sink', 'self'],
])
const LONGEST = 100
const MOST = 20

const text = z.string().max(10_000)
/** As the reporting API sends it, application/reports+json. */
const modern = z.object({
  type: z.string(),
  body: z.object({
    documentURL: text,
    blockedURL: text.nullish(),
    effectiveDirective: text,
    sourceFile: text.nullish(),
  }),
})
/** As `report-uri` sends it, application/csp-report. */
const older = z.object({
  'csp-report': z.object({
    'document-uri': text,
    'blocked-uri': text.nullish(),
    'effective-directive': text.optional(),
    'violated-directive': text.optional(),
    'source-file': text.nullish(),
  }),
})

/**
 * What a browser reported, in either form of CSP 3 (sections 5.3 and 5.5). Whoever can reach us can send anything, so
 * only what has the shape of a report about a page of ours is kept, in few possible values.
 * @param origin of our own pages
 * @returns null when it is no report at all
 */
export function readReports(input: unknown, origin: string): PageReport[] | null {
  const list = Array.isArray(input) ? (input as unknown[]).slice(0, MOST) : [input]
  const found = list.map((one) => readOne(one))
  if (found.every((one) => one === null)) return null
  return found
    .filter((one) => one !== null)
    .filter(({ document }) => originOf(document) === origin)
    .map(({ directive, blocked, source }) => ({
      directive: DIRECTIVES.has(directive) ? directive : 'other',
      blocked: placeOf(blocked, origin, 'self'),
      source: source === '' ? '' : placeOf(source, origin, 'page'),
    }))
}

type Raw = { document: string; directive: string; blocked: string; source: string }

function readOne(input: unknown): Raw | null {
  const now = modern.safeParse(input)
  if (now.success) {
    const { documentURL, blockedURL, effectiveDirective, sourceFile } = now.data.body
    return {
      document: documentURL,
      directive: effectiveDirective,
      blocked: blockedURL ?? '',
      source: sourceFile ?? '',
    }
  }
  const then = older.safeParse(input)
  if (!then.success) return null
  const report = then.data['csp-report']
  // Older browsers give the whole rule, sources included.
  const [directive = ''] = (report['effective-directive'] ?? report['violated-directive'] ?? '').split(' ')
  return {
    document: report['document-uri'],
    directive,
    blocked: report['blocked-uri'] ?? '',
    source: report['source-file'] ?? '',
  }
}

/** Never a path: ours holds the session's id, others' may hold anything. */
function placeOf(value: string, own: string, name_of_own: string): string {
  if (WORDS.has(value)) return value
  const url = URL.parse(value)
  // Browsers shorten what is neither http nor https to its scheme, without the colon.
  if (url === null) return /^[a-z][a-z0-9+.-]{0,40}$/.test(value) ? `${value}:` : 'other'
  if (url.origin === own) return name_of_own
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.origin.slice(0, LONGEST) : url.protocol
}

const originOf = (value: string): string | null => URL.parse(value)?.origin ?? null
