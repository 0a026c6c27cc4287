import type { Command } from './command.ts'
import { doctor } from './doctor.ts'
import { inventoryList } from './inventoryList.ts'
import { keyCreate } from './keyCreate.ts'
import { keyList } from './keyList.ts'
import { keyRevoke } from './keyRevoke.ts'
import { ledger } from './ledger.ts'
import { merchantBrand } from './merchantBrand.ts'
import { merchantCreate } from './merchantCreate.ts'
import { merchantList } from './merchantList.ts'
import { merchantSetPlan } from './merchantSetPlan.ts'
import { merchantSetThreeDs } from './merchantSetThreeDs.ts'
import { merchantSetWebhook } from './merchantSetWebhook.ts'
import { receiptVerify } from './receiptVerify.ts'
import { all, migrate, serve, work } from './roles.ts'
import { keystoreCreate, keystoreImport, keystoreShowAddress } from './keystoreCommands.ts'
import { pageCheck } from './pageCheck.ts'
import { pageReports } from './pageReports.ts'
import { payoutCancel } from './payoutCancel.ts'
import { payoutRelease } from './payoutRelease.ts'
import { payoutRetry } from './payoutRetry.ts'
import { reconcile } from './reconcile.ts'
import { secretsRewrap } from './secretsRewrap.ts'
import { signer, signerStart, signerStatus, signerStop } from './signerCommands.ts'
import { transactionEnd } from './transactionEnd.ts'
import { transactionUnknown } from './transactionUnknown.ts'
import { treasury } from './treasury.ts'
import { treasuryBook } from './treasuryBook.ts'
import { treasuryOrders } from './treasuryOrders.ts'
import { treasuryRelease } from './treasuryRelease.ts'
import { treasuryResolve } from './treasuryResolve.ts'
import { walletList } from './walletList.ts'
import { walletMac } from './walletMac.ts'
import { walletSet } from './walletSet.ts'

/** All that `skiro-server` can be told to do, in the order of its help. */
export const COMMANDS: readonly Command[] = [
  all,
  serve,
  work,
  migrate,
  doctor,
  merchantCreate,
  merchantList,
  merchantSetPlan,
  merchantSetThreeDs,
  merchantSetWebhook,
  merchantBrand,
  keyCreate,
  keyList,
  keyRevoke,
  walletSet,
  walletList,
  walletMac,
  transactionUnknown,
  transactionEnd,
  pageCheck,
  pageReports,
  payoutCancel,
  payoutRelease,
  payoutRetry,
  treasury,
  treasuryOrders,
  treasuryResolve,
  treasuryBook,
  treasuryRelease,
  inventoryList,
  receiptVerify,
  ledger,
  reconcile,
  secretsRewrap,
  // Before the command whose name is their first word.
  signerStop,
  signerStart,
  signerStatus,
  signer,
  keystoreCreate,
  keystoreImport,
  keystoreShowAddress,
]
