import type { Posted } from '../http/post.ts'
import { type Check, fail, type Finding, inWords, isAccepted, mustAccept, pass, warn } from './check.ts'
import type { Patient } from './patient.ts'
import { large } from './sample.ts'

const AT_ONCE = 10
const SLOW = { pieces: 8, pause_ms: 250 }
const ACK =
  'Answer 2xx to every event that verifies, also to one that you know already or do not need, or it is sent again for three days.'
const ONCE =
  'Keep the event ids that you have handled, with a unique index, and insert the id in the transaction that ships the goods: who cannot insert it does nothing.'

const check = (name: string, title: string, examine: Check['examine']): Check => ({
  name,
  title,
  about: 'delivery',
  examine,
})

/** What the network and the gateway do to a handler sooner or later. The first one decides whether others say anything. */
export const VALID = check('valid', 'a valid delivery', async (patient) => {
  const posted = await patient.send(patient.sample())
  patient.takes_valid = isAccepted(posted)
  return isAccepted(posted) ? pass(inWords(posted)) : fail(inWords(posted), whyRefused(posted))
})

export const DELIVERY_CHECKS: readonly Check[] = [
  check('rotation', 'signed with two secrets, as during a rotation', async ({ send, sample }) => {
    const headers = (signed: Record<string, string>) => ({
      ...signed,
      'x-skiro-signature': (signed['x-skiro-signature'] ?? '').replace(',v1=', `,v1=${'0'.repeat(64)},v1=`),
    })
    const advice =
      'Compare each v1 of the header, not only the first: while a secret is rotated there are two.'
    return mustAccept(await send(sample(), { headers }), advice)
  }),
  check('unknown_type', 'an event of a type that does not exist yet', async ({ send, sample }) => {
    return mustAccept(await send(sample({ type: 'doctor.unknown' })), `New types may come. ${ACK}`)
  }),
  check('duplicate', 'the same event twice', async (patient) => {
    const event = patient.sample()
    const answers = [await patient.send(event), await patient.send(event)]
    return judgeRepeats(patient, event.id, answers)
  }),
  check('reordered', 'an older event after a newer one', async ({ send, sample }) => {
    const [older, newer] = [sample(), sample()]
    const answers = [await send(newer), await send(older)]
    const advice = `Order is not promised: compare sequence, drop what is stale, and answer 2xx. ${ACK}`
    const refused = answers.find((posted) => !isAccepted(posted))
    return refused ? fail(inWords(refused), advice) : pass(answers.map(inWords).join(', then '))
  }),
  check('large', 'an event of nearly 64 KB', async ({ send, sample }) => {
    const advice =
      'Let the body parser of this path take 128 KB: metadata alone may hold 50 values of 500 characters.'
    return mustAccept(await send(large(sample())), advice)
  }),
  check(
    'slow',
    `a body that takes ${(SLOW.pieces * SLOW.pause_ms) / 1000} s to arrive`,
    async ({ send, sample }) => {
      const advice = 'Wait for the whole body, for at least ten seconds, before it is verified.'
      return mustAccept(await send(sample(), { dribble: SLOW }), advice)
    },
  ),
  check('concurrent', `the same event ${AT_ONCE} times at once`, async (patient) => {
    const event = patient.sample()
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, async () => patient.send(event)))
    return judgeRepeats(patient, event.id, answers)
  }),
  check('speed', 'how fast it answers', async ({ times }) => {
    const slowest = Math.max(...times)
    const said = `at most ${slowest} ms`
    const advice =
      'Store the event, answer, then do the work: after 15 s the delivery counts as failed and is sent again.'
    if (slowest >= 15_000) return fail(said, advice)
    return slowest > 3000 ? warn(said, advice) : pass(said)
  }),
]

/** Repeats have to be taken, and, where the merchant's program tells, to have been handled once. */
async function judgeRepeats(
  patient: Patient,
  event_id: string,
  answers: readonly Posted[],
): Promise<Finding> {
  const refused = answers.filter((posted) => !isAccepted(posted))
  const [first] = refused
  if (first) return fail(`${refused.length} of ${answers.length}: ${inWords(first)}`, `${ACK} ${ONCE}`)
  const slowest = Math.max(...answers.map(({ ms }) => ms))
  const said = `all ${answers.length} taken, in ${slowest} ms at most`
  const effects = await patient.effects(event_id)
  if (effects === null) return pass(said)
  if (effects !== 1)
    return fail(
      `${said}; handled ${effects} times`,
      effects > 1 ? ONCE : `An event that was answered with 2xx was not handled. ${ONCE}`,
    )
  return pass(`${said}; handled once`)
}

function whyRefused(posted: Posted): string {
  const { status } = posted
  if (status === null) return 'It has to answer 2xx within 15 s. Store the event, answer, then do the work.'
  if (status >= 300 && status < 400)
    return `Redirects are not followed. Register the address that it leads to${posted.location ? `: ${posted.location}` : ''}.`
  if (status === 404 || status === 405) return 'No handler for POST is at this path. Check the URL.'
  if (status === 413) return 'The body is larger than its body parser takes. Let it take 128 KB.'
  if (status === 400 || status === 401 || status === 403)
    return 'Either the secret is not the one that it uses, or it verifies something else than the raw body, or something before it (CSRF, login) refuses the request.'
  return 'It broke. Its log says why; a handler must also live with orders that it does not know (--metadata, --sample).'
}
