import { statusList } from '../lists/statusListStore.ts'
import type { PayoutRow, PayoutStatus } from './payout.ts'
import { SELECT } from './store.ts'

/** The payouts of a merchant and mode. */
export const payoutList = statusList<PayoutRow, PayoutStatus>('payout', SELECT, 'p')
