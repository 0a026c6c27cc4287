import { checkoutSweeps } from './checkout/jobs.ts'
import type { Context } from './context.ts'
import { listen } from './db/wake.ts'
import { dropOldWindows } from './http/limitStore.ts'
import { startWorker } from './jobs/runner.ts'
import { sealJournals } from './ledger/sealJournals.ts'
import { listSweeps } from './lists/jobs.ts'
import { advancePayout } from './payouts/advancePayout.ts'
import { startGuard } from './payouts/guard.ts'
import { pageWatch } from './page/inventory/watchPage.ts'
import { dropOldReports } from './page/reports/reportStore.ts'
import { payoutSweeps } from './payouts/jobs.ts'
import { treasurySweeps } from './treasury/jobs.ts'
import { advanceTransaction } from './transactions/advanceTransaction.ts'
import { transactionSweeps } from './transactions/jobs.ts'
import { createMailer } from './adapters/registry.ts'
import { startSender } from './mails/sender.ts'
import { startDispatcher } from './webhooks/deliveries/dispatcher.ts'
import { webhookSweeps } from './webhooks/deliveries/jobs.ts'
import { startPublisher } from './webhooks/deliveries/publisher.ts'
import { createEgress } from './webhooks/egress.ts'
import { mailPorts, payoutPorts, transactionPorts, treasuryPorts, webhookPorts } from './wiring.ts'

/** The background side of the gateway: every job by its name, and the sweeps that find what a crash left behind. */
export async function runWorker(ctx: Context): Promise<{ stop(): Promise<void> }> {
  const onError = (where: string, err: unknown) => ctx.log.error({ where, err }, 'background work failed')
  const egress = createEgress(ctx.config.egress_allow)
  const transactions = transactionPorts(ctx)
  const payouts = payoutPorts(ctx)
  const webhooks = webhookPorts(ctx)
  // Before anything is paid: is this the newest database, and the only one?
  const guard = await startGuard(ctx, payouts)
  const worker = await startWorker({
    db: ctx.db,
    concurrency: ctx.config.job_concurrency,
    sweep_ms: ctx.config.sweep_ms,
    onError,
    handlers: {
      advance_transaction: async (ref) => {
        await advanceTransaction(ctx, transactions, ref)
      },
      advance_payout: (ref) => advancePayout(ctx, payouts, ref),
    },
    sweeps: [
      ...webhookSweeps(ctx, webhooks),
      ...checkoutSweeps(ctx),
      ...listSweeps(ctx),
      { name: 'ledger seals', run: (stop) => sealJournals(ctx.db, stop) },
      { name: 'old rate limits', run: () => dropOldWindows(ctx.db, 5000) },
      { name: 'old page reports', run: () => dropOldReports(ctx.db, 90) },
    ],
    // All that call the outside. What a killed process held is found a pause after its lease, whoever hangs elsewhere.
    apart: [
      ...transactionSweeps(ctx, transactions),
      ...payoutSweeps(ctx, payouts),
      ...treasurySweeps(ctx, treasuryPorts(ctx)),
      pageWatch(ctx),
    ],
  }).catch(async (error: unknown) => {
    // What goes on would keep a process alive that does no work.
    await guard.stop()
    throw error
  })
  // Not jobs: thousands of deliveries a second are claimed and written down in groups, and other people's servers that
  // hang must not keep money waiting.
  const publisher = startPublisher(ctx)
  const dispatcher = startDispatcher(ctx, egress, webhooks)
  const { mail } = ctx.config
  const sender = mail && startSender(ctx, mailPorts(ctx), createMailer(mail))
  const wakes = listen(
    ctx.db.pool,
    {
      skiro_events: publisher.wake,
      skiro_deliveries: dispatcher.wake,
      skiro_mails: () => sender?.wake(),
    },
    (error) => onError('listening', error),
  )
  return {
    async stop() {
      await Promise.all([
        guard.stop(),
        worker.stop(),
        publisher.stop(),
        dispatcher.stop(),
        sender?.stop(),
        wakes.stop(),
      ])
      await egress.close()
    },
  }
}
