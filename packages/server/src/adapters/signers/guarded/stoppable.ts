import type { Signer } from '../../signer.ts'
import type { SigningJournal } from '../shared/journal.ts'
import { checkRunning } from './index.ts'

/** A signer elsewhere that has its own rules; here it is only asked nothing while signing is stopped. */
export function createStoppableSigner(signer: Signer, journal: Pick<SigningJournal, 'stopped'>): Signer {
  return Object.freeze<Signer>({
    ...signer,
    async review(request) {
      await checkRunning(journal)
      await signer.review(request)
    },
    async signTransaction(request) {
      await checkRunning(journal)
      return await signer.signTransaction(request)
    },
  })
}
