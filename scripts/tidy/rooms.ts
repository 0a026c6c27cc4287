import type { Import } from './imports.ts'

/** Interface files of the adapters, without the registry that knows the adapters themselves. */
const PORTS = 'adapters/(?!registry)[^/]+$'
const DOMAINS =
  '(merchants|checkout|transactions|conversions|inventory|payouts|treasury|refunds|disputes|webhooks|mails)'
const DOMAIN_MAY = ['lib/', 'db/', 'ledger/', 'lists/', 'events/', 'jobs/', PORTS, 'context.ts$', '$1/']

/**
 * Who imports whom in packages/server/src, by patterns of paths. The first line that fits the importing file holds;
 * `$1` is what its group matched. A file that no line fits may import nothing: a new folder needs a line here.
 */
const SERVER: readonly (readonly [from: string, may: readonly string[]])[] = [
  ['lib/', ['lib/']],
  ['db/', ['lib/', 'db/']],
  ['ledger/', ['lib/', 'db/', 'ledger/']],
  ['jobs/', ['lib/', 'db/', 'jobs/']],
  ['lists/jobs.ts$', ['lists/', 'jobs/', 'context.ts$']],
  ['lists/', ['lib/', 'db/', 'lists/']],
  ['events/(?:routes|\\w+Routes|schema).ts$', ['lib/', 'lists/', 'events/', 'http/', 'context.ts$']],
  ['events/', ['lib/', 'db/', 'lists/', 'events/', 'jobs/enqueue.ts$']],
  ['adapters/registry.ts$', ['lib/', 'adapters/', 'config.ts$']],
  ['adapters/[^/]+$', ['lib/', PORTS]],
  ['adapters/conformance/', ['lib/', PORTS, 'adapters/conformance/']],
  // What opens a keystore is a local signer.
  [
    'adapters/signers/keystore/',
    ['lib/', 'adapters/signer.ts$', 'adapters/signers/(?:keystore/|shared/|local.ts$)'],
  ],
  // The private side of a venue stands beside its public one.
  ['adapters/venues/([^/]+)/private/', ['lib/', 'adapters/exchange.ts$', 'adapters/venues/(?:$1|shared)/']],
  [
    'adapters/(acquirer|venue|signer|mailer)s/([^/]+)',
    ['lib/', 'adapters/$1.ts$', 'adapters/$1s/(?:$2|shared)(?:/|$)'],
  ],
  // A chain adapter is handed a signer, so it knows that interface too.
  ['adapters/chains/([^/]+)', ['lib/', 'adapters/(?:chain|signer).ts$', 'adapters/chains/(?:$1|shared)/']],
  [`${DOMAINS}/(?:routes|\\w+Routes|schema|\\w+Schema|\\w+Body).ts$`, [...DOMAIN_MAY, 'http/']],
  [`${DOMAINS}/`, DOMAIN_MAY],
  // What browsers say of the page belongs to nobody else.
  ['page/reports/reportStore.ts$', ['lib/', 'db/', 'page/reports/']],
  // The hosted page is the second front door, so it calls domains as routes do; other front doors are none of its.
  [
    'page/',
    [
      'lib/',
      'http/',
      PORTS,
      'context.ts$',
      'page/',
      '(?:merchants|checkout|transactions|webhooks|mails)/(?!routes|jobs)',
    ],
  ],
  // Calls domains as the page does, for whoever tests against us.
  [
    'testHelpers/',
    [
      'lib/',
      'http/',
      PORTS,
      'context.ts$',
      'testHelpers/',
      '(?:checkout|transactions|merchants)/(?!routes|jobs)',
    ],
  ],
  // What the documents say is made of schemas; of actions and stores they know nothing.
  [
    'docs/',
    ['lib/', 'docs/', 'page/(?:html|bundle).ts$', 'events/(?:event|schema).ts$', `${DOMAINS}/schema.ts$`],
  ],
  ['http/', ['lib/', 'db/', 'lists/', 'http/']],
  // What the signer inside the gateway remembers: the database's side of an interface of the signers.
  ['signing/', ['lib/', 'db/', 'signing/', 'adapters/signers/shared/']],
  ['metrics/', ['lib/', 'db/', 'metrics/']],
  ['settings/', ['lib/', 'settings/']],
  ['settings.ts$', ['lib/', 'settings/']],
  ['config.ts$', ['lib/', 'settings.ts$', 'settings/']],
  // The operator's commands start everything that the program can do.
  ['commands/', ['']],
  ['[^/]+$', ['']],
]

/** Our own packages that a package may name. The rest of npm is free, but for the SDK, which needs nothing. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  server: [],
  sdk: [],
  sandbox: ['skiro'],
  cli: ['skiro'],
  dashboard: ['skiro'],
}

/** What is wrong with an import, null when it is allowed. Test files are not asked. */
export function refusal({ from, to }: Import): string | null {
  const [, name, home = ''] = /^packages\/([^/]+)\/((?:src\/)?)/.exec(from) ?? []
  if (name === undefined) return null
  if (to.startsWith('node:')) return null
  const is_path = to.includes('.ts') || to.startsWith('.') || to.startsWith('packages/')
  if (!is_path) {
    if (name === 'sdk') return `the SDK imports nothing, not even ${to}`
    if (/^skiro(?:$|[-/])/.test(to) && !OWN[name]?.includes(to))
      return `packages/${name} must not import ${to}`
    if (from.startsWith('packages/server/src/lib/')) return `lib imports nothing, not even ${to}`
    return null
  }
  const root = `packages/${name}/`
  if (!to.startsWith(root)) return `packages/${name} must not reach into ${to}`
  if (name !== 'server' || home === '') return null
  return serverRefusal(from.slice(root.length + home.length), to.slice(root.length + home.length))
}

function serverRefusal(from: string, to: string): string | null {
  for (const [pattern, may] of SERVER) {
    const fit = new RegExp(`^${pattern}`).exec(from)
    if (!fit) continue
    const allowed = may.map((part) => part.replace(/\$(\d)/g, (_, group) => fit[Number(group)] ?? ''))
    return allowed.some((part) => new RegExp(`^${part}`).test(to)) ? null : `${from} must not import ${to}`
  }
  return `no rule says what ${from} may import: add its folder to scripts/tidy/rooms.ts`
}
