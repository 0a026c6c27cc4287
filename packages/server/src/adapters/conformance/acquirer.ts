import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { challenges } from './acquirer/challenges.ts'
import { events } from './acquirer/events.ts'
import type { AcquirerHarness } from './acquirer/harness.ts'
import { lifecycle } from './acquirer/lifecycle.ts'
import { onceOnly } from './acquirer/onceOnly.ts'
import { outcomes } from './acquirer/outcomes.ts'
import { newSubject } from './acquirer/subject.ts'
import { unknownOutcomes } from './acquirer/unknownOutcomes.ts'

export type * from './acquirer/harness.ts'

/** The suite every acquirer adapter passes, against its provider or a real stand-in over HTTP. */
export function acquirerConformance(name: string, setup: () => Promise<AcquirerHarness>): void {
  describe(`acquirer conformance: ${name}`, () => {
    let harness: AcquirerHarness
    before(async () => {
      harness = await setup()
    })
    after(async () => {
      await harness.close()
    })
    const subject = newSubject(() => harness)

    lifecycle(subject)
    outcomes(subject)
    challenges(subject)
    onceOnly(subject)
    unknownOutcomes(subject)
    events(subject)

    it('frames the card fields from one exact origin', () => {
      const { frame_url, origin } = harness.acquirer.element({
        session: 'cs_1',
        origin: 'https://pay.example:8443',
        locale: 'en',
      })
      assert.equal(new URL(frame_url).origin, origin)
      assert.ok(
        frame_url.includes('cs_1') && frame_url.includes(encodeURIComponent('https://pay.example:8443')),
      )
    })

    it('leaves a provider book that adds up', async () => {
      assert.equal(await harness.bookIsSound(), true)
    })
  })
}
