import { statusList } from '../lists/statusListStore.ts'
import { SELECT } from './store.ts'
import type { TransactionRow, TransactionStatus } from './transaction.ts'

/** The transactions of a merchant and mode. */
export const transactionList = statusList<TransactionRow, TransactionStatus>('transaction', SELECT, 't')
