/**
 * Receivers that somebody could have written: the page's own with one thing done wrong. The table has to say which.
 */
export type Control = {
  /** A program of the page. */
  readonly of: string
  readonly flaw: string
  readonly file: string
  /** What stands there, and what is written in its place. */
  readonly change: Readonly<Record<string, string>>
  /** Rows of the table that fail, by the words that they begin with; all others pass. */
  readonly fails: readonly string[]
}

const AGE = ["passes the doctor's check stale", 'takes a signature of up to five minutes']
const RAW = ['verifies the bytes as they came']
const ROTATION = ["passes the doctor's check rotation", 'takes either secret']
const ONCE = [
  "passes the doctor's check duplicate",
  "passes the doctor's check concurrent",
  'takes what the gateway signs',
  'keeps the newest',
]

const express = { of: 'Express', file: 'express.ts' }
const python = { of: 'Python', file: 'receiver.py' }
const php = { of: 'PHP', file: 'public/skiro.php' }
const fastify = { of: 'Fastify', file: 'fastify.ts' }
const node = { of: 'Fastify', file: 'handle.ts' }

export const CONTROLS: readonly Control[] = [
  {
    ...express,
    flaw: 'leaves the limit of the body as it is',
    change: { ", limit: '1mb'": '' },
    fails: ['takes a large body'],
  },
  {
    ...fastify,
    flaw: 'verifies the JSON written again',
    change: {
      ['constructEvent(request.body,']: 'constructEvent(JSON.stringify(JSON.parse(String(request.body))),',
    },
    fails: [...RAW, 'refuses a body that was changed'],
  },
  {
    ...fastify,
    flaw: 'takes a signature of any age',
    change: { [', secret))']: ', secret, { toleranceSeconds: Infinity }))' },
    fails: AGE,
  },
  {
    ...python,
    flaw: 'verifies the JSON written again',
    change: {
      ['b"." + body']:
        'b"." + json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False).encode()',
    },
    fails: [...RAW, 'refuses a body that was changed'],
  },
  {
    ...python,
    flaw: 'takes a signature of any age',
    change: { ['if not t or abs(time.time() - int(t[1])) > 300:']: 'if not t:' },
    fails: AGE,
  },
  {
    ...python,
    flaw: 'takes a signature of the future',
    change: { ['abs(time.time() - int(t[1]))']: 'time.time() - int(t[1])' },
    fails: ['takes a signature of up to five minutes'],
  },
  {
    ...python,
    flaw: 'looks at the first signature only',
    change: { ['64})", header)']: '64})", header)[:1]' },
    fails: ROTATION,
  },
  {
    ...python,
    flaw: 'starts without a secret',
    change: { ['sys.exit("SKIRO_WEBHOOK_SECRET is not set")']: '""' },
    fails: ['believes nobody'],
  },
  {
    ...php,
    flaw: 'verifies the JSON written again',
    change: { ['"$t[1].$body"']: '"$t[1]." . json_encode(json_decode($body))' },
    // It writes what is not ASCII in another way.
    fails: [...RAW, 'takes a large body', "passes the doctor's check large"],
  },
  {
    ...php,
    flaw: 'takes a signature of any age',
    change: { [' || abs(time() - (int) $t[1]) > 300']: '' },
    fails: AGE,
  },
  {
    ...php,
    flaw: 'leaves the status of what breaks to PHP',
    change: { ['http_response_code(500);']: '' },
    fails: ['answers no 2xx', 'believes nobody'],
  },
  {
    ...node,
    flaw: 'does an event as often as it comes',
    change: { ['if (Number(changes) === 1) ']: '' },
    fails: [...ONCE, 'remembers'],
  },
  {
    ...node,
    flaw: 'knows in memory only what it has done',
    change: {
      'const db =': 'const known = new Set<string>()\nconst db =',
      'if (Number(changes) === 1)': 'const news = !known.has(event.id)\nknown.add(event.id)\nif (news)',
    },
    fails: ['answers no 2xx', 'remembers'],
  },
  {
    ...node,
    flaw: 'writes down the id before the work',
    change: { ['if (Number(changes)']: `db.exec('commit'); db.exec('begin'); if (Number(changes)` },
    fails: ['answers no 2xx'],
  },
  {
    ...node,
    flaw: 'lets an older event undo a newer one',
    change: { ['where excluded.sequence > states.sequence']: '' },
    fails: ['keeps the newest'],
  },
  {
    ...node,
    flaw: 'drops an older event whole',
    change: {
      'if (Number(changes) === 1)': `const newest = db.prepare('select max(sequence) newest from states').get()?.newest ?? 0
        if (Number(changes) === 1 && event.sequence > Number(newest))`,
    },
    fails: ['keeps the newest'],
  },
]

/** The program's file with the flaw in it. @throws Error when the page no longer says what is changed */
export function spoil({ file, change }: Control, name: string, code: string): string {
  if (name !== file) return code
  let spoilt = code
  for (const [from, to] of Object.entries(change)) {
    if (spoilt.split(from).length !== 2) throw new Error(`${file} does not say once: ${from}`)
    spoilt = spoilt.replace(from, () => to)
  }
  return spoilt
}
