/** What a receiver has to do, whichever language it is written in. */
import assert from 'node:assert/strict'
import { CHECKS } from '../../../packages/cli/src/doctor/examine.ts'
import { newPatient } from '../../../packages/cli/src/doctor/patient.ts'
import { samples } from '../../../packages/cli/src/doctor/sample.ts'
import {
  deliver,
  type Event,
  newEvent,
  newId,
  newSecret,
  nextSequence,
  orderOf,
  type Signing,
} from './deliver.ts'
import type { Shop } from './shop.ts'

export type Row = {
  readonly name: string
  readonly check: (shop: Shop) => Promise<void>
  /** It waits, or starts the program anew. */
  readonly slow?: boolean
}

/** Delivered, answered with 2xx and done once. */
async function done(shop: Shop, event: Event, signing?: Signing): Promise<void> {
  const what = JSON.stringify(signing ?? {}).slice(0, 200)
  const status = await deliver(shop, event, signing)
  assert.ok(status !== null && status >= 200 && status < 300, `answered ${status}: ${what}`)
  const { amount, currency } = event.data
  assert.deepEqual(
    [shop.handled(event.id), shop.shipments(orderOf(event))],
    [1, [{ amount, currency }]],
    what,
  )
}

/** Delivered, answered with 400 and not done. */
async function refused(shop: Shop, event: Event, signing: Signing): Promise<void> {
  const status = await deliver(shop, event, signing)
  const what = `${signing.signature?.('t=…,v1=…') ?? ''}${JSON.stringify(signing)}`.slice(0, 200)
  assert.equal(status, 400, what)
  assert.deepEqual([shop.handled(event.id), shop.shipments(orderOf(event))], [0, []], what)
}

/** The same event in bytes that nobody gets by writing it again. */
function writings(event: Event): string[] {
  const text = JSON.stringify({ ...event, note: 'Zoë 🛍 \u2028 مرحبا é', zero: 0 })
  return [
    text,
    JSON.stringify({ ...event, note: 'x' }, null, 2),
    `${text}\r\n`,
    text.replace('Zoë', String.raw`Zo\u00eb\/\ud83d\udecd`),
    text.replace('"zero":0', '"zero":1.0,"large":12345678901234567890,"10":1,"9":2,"exponent":1e2'),
  ]
}

const signature = (header: string | null): Signing => ({ signature: () => header })
const now = () => Math.floor(Date.now() / 1000)

const ROWS: readonly Row[] = [
  {
    name: 'takes what the gateway signs, and does it once however often it comes',
    async check(shop) {
      const event = newEvent()
      for (let times = 0; times < 3; times++) await done(shop, event)
      await done(shop, newEvent())
    },
  },
  {
    name: 'takes either secret while two of them sign, and no third one',
    async check(shop) {
      const [before, after] = [newSecret(), newSecret()]
      await done(shop, newEvent(), { secrets: [shop.secret, after] })
      await done(shop, newEvent(), { secrets: [before, shop.secret] })
      await refused(shop, newEvent(), { secrets: [before, after] })
    },
  },
  {
    name: 'verifies the bytes as they came, however the JSON is written',
    async check(shop) {
      for (const index of writings(newEvent()).keys()) {
        const event = newEvent()
        await done(shop, event, { body: writings(event)[index]! })
      }
    },
  },
  {
    name: 'takes a large body',
    async check(shop) {
      const event = newEvent()
      await done(shop, event, { body: JSON.stringify({ ...event, note: '€🛍'.repeat(30_000) }) })
    },
  },
  {
    name: 'takes a signature of up to five minutes ago, and of a clock that is ahead as much, and no other',
    async check(shop) {
      for (const shift_s of [-280, 280]) await done(shop, newEvent(), { shift_s })
      for (const shift_s of [-310, 310, -3600, 3600]) await refused(shop, newEvent(), { shift_s })
    },
  },
  {
    name: 'refuses a body that was changed, cut or lengthened',
    async check(shop) {
      const event = newEvent()
      const body = writings(event)[0]!
      for (const sent of [
        body.replace('Zoë', 'Zoe'),
        body.replace('"zero":0', '"zero":1'),
        body.slice(0, -1),
        `${body} `,
        `${body}{}`,
        '',
      ])
        await refused(shop, event, { body, sent })
    },
  },
  {
    name: 'refuses another secret, no signature, and any nonsense in its place',
    async check(shop) {
      const event = newEvent()
      await refused(shop, event, { secrets: [newSecret()] })
      await refused(shop, event, { secrets: [''] })
      const mac = 'a'.repeat(64)
      for (const header of [
        ...[null, '', ',', '=', 't', 't=', 'v1=', `v1=${mac}`, `t=,v1=${mac}`, `t=x,v1=${mac}`],
        ...[`t=${now()}`, `t=${now()},v1=`, `t=${now()},v1=${mac.slice(1)}`, `t=${now()},v1=${mac}0`],
        ...[`t=${now()},v1=${mac}`, `t=${now()},v1=é`, `t=${now()},v1=${'é'.repeat(64)}`, `t=é,v1=${mac}`],
        ...[`t=${'9'.repeat(400)},v1=${mac}`, `t=${'9'.repeat(6000)},v1=${mac}`, `t=-1,v1=${mac}`],
        ...[`t=NaN,v1=${mac}`, `t=Infinity,v1=${mac}`, `t=1e99,v1=${mac}`, `t=0x1,v1=${mac}`],
        ...[`t=${now()},v2=${mac}`, `t=${now()},v1=${mac}`.repeat(50), '{}', '[]', '%'],
      ])
        await refused(shop, event, signature(header))
      // The signature of another moment.
      const moved = (header: string) => header.replace(/t=(\d+)/, (_, t: string) => `t=${Number(t) + 1}`)
      await refused(shop, event, { signature: moved })
      await refused(shop, event, { signature: (header) => header.replace('v1=', 'v0=') })
      await done(shop, event)
    },
  },
  {
    name: 'keeps the newest about an object, and still does what a late event tells',
    async check(shop) {
      const [first, second, third] = [newEvent(), newEvent(), newEvent()]
      const data = first.data
      const of = ({ id, sequence }: Event, type: string) => ({ id, sequence, type, data })
      const late = of(first, 'checkout.completed')
      await deliver(shop, of(second, 'payout.sent'))
      assert.deepEqual(shop.state(data.id), { event: 'payout.sent', sequence: second.sequence })
      await deliver(shop, of(third, 'payout.completed'))
      await done(shop, late)
      await done(shop, late)
      assert.deepEqual(shop.state(data.id), { event: 'payout.completed', sequence: third.sequence })
      // Numbers are compared for each object, not over all of them.
      const slow = { ...newEvent(), sequence: first.sequence }
      await done(shop, slow)
      assert.deepEqual(shop.state(slow.data.id), { event: slow.type, sequence: slow.sequence })
    },
  },
  {
    name: 'answers no 2xx to what breaks half way, and does it when it comes again',
    async check(shop) {
      const event = newEvent()
      shop.db.exec(`create trigger broken before insert on shipments begin select raise(abort, 'full'); end`)
      const status = await deliver(shop, event)
      shop.db.exec('drop trigger broken')
      assert.ok(status === null || status >= 500, `answered ${status}`)
      assert.deepEqual([shop.handled(event.id), shop.shipments(orderOf(event))], [0, []])
      assert.equal(shop.state(event.data.id), undefined)
      await done(shop, event)
    },
  },
  {
    name: 'remembers over a restart',
    slow: true,
    async check(shop) {
      const event = newEvent()
      await done(shop, event)
      await shop.restart()
      await done(shop, event)
    },
  },
  {
    name: 'believes nobody when it has no secret',
    slow: true,
    async check(shop) {
      const event = newEvent()
      if (await shop.restart('')) {
        const status = await deliver(shop, event, { secrets: [''] })
        assert.ok(status === null || status >= 400, `answered ${status}`)
      }
      assert.deepEqual([shop.handled(event.id), shop.shipments(orderOf(event))], [0, []])
      assert.equal(await shop.restart(), true)
    },
  },
]

/** Events as `skiro doctor webhook` makes them, each for an order of its own, so that its effect can be counted. */
function doctorFor(shop: Shop) {
  const made = samples(null, {})
  const sample: typeof made = (change) => {
    const event = made(change)
    const data = { ...event.data, id: newId('txn'), metadata: { order_id: event.id } }
    return { ...event, sequence: nextSequence(), data }
  }
  const { url, secret } = shop
  const patient = newPatient({ url, secret, sample, effects_url: null, skip_verify: true })
  return { ...patient, effects: async (event_id: string) => shop.shipments(event_id).length }
}

/** The doctor's checks, but for its stopwatch, which would judge the machine. */
const DOCTOR: readonly Row[] = CHECKS.filter(({ name }) => name !== 'speed').map(
  ({ name, title, examine }) => ({
    name: `passes the doctor's check ${name}: ${title}`,
    slow: name === 'slow',
    async check(shop) {
      const { verdict, did } = await examine(doctorFor(shop))
      assert.equal(verdict, 'pass', did)
    },
  }),
)

export const TABLE: readonly Row[] = [...DOCTOR, ...ROWS]
