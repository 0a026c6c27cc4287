import { checkoutSweeps } from './checkout/jobs.ts'
import type { Context } from './context.ts'
import { dropOldWindows } from './http/limitStore.ts'
import { startWorker } from './jobs/runner.ts'
import { listSweeps } from './lists/jobs.ts'
import { advancePayout } from './payouts/advancePayout.ts'
import { payoutSweeps } from './payouts/jobs.ts'
import { advanceTransaction } from './transactions/advanceTransaction.ts'
import { transactionSweeps } from './transactions/jobs.ts'
import { deliverWebhook } from './webhooks/deliverWebhook.ts'
import { createEgress } from './webhooks/egress.ts'
import { fanOutEvent } from './webhooks/fanOutEvent.ts'
import { webhookSweeps } from './webhooks/jobs.ts'
import { payoutPorts, transactionPorts } from './wiring.ts'

/** The background side of the gateway: every job by its name, and the sweeps that find what a crash left behind. */
export async function runWorker(ctx: Context): Promise<{ stop(): Promise<void> }> {
  const egress = createEgress(ctx.config.egress_allow)
  const transactions = transactionPorts(ctx)
  const payouts = payoutPorts()
  const worker = await startWorker({
    db: ctx.db,
    // Other people's servers may hang; money must not wait behind them.
    lanes: [
      {
        jobs: ['advance_transaction', 'advance_payout', 'fan_out_event'],
        concurrency: ctx.config.job_concurrency,
      },
      { jobs: ['deliver_webhook'], concurrency: ctx.config.webhook_concurrency },
    ],
    sweep_ms: ctx.config.sweep_ms,
    onError: (where, error) => ctx.log.error({ where, err: error }, 'background work failed'),
    handlers: {
      fan_out_event: (ref) => fanOutEvent(ctx, ref),
      deliver_webhook: (ref) => deliverWebhook(ctx, egress, ref),
      advance_transaction: (ref) => advanceTransaction(ctx, transactions, ref),
      advance_payout: (ref) => advancePayout(ctx, payouts, ref),
    },
    sweeps: [
      ...transactionSweeps(ctx, transactions),
      ...payoutSweeps(ctx, payouts),
      ...webhookSweeps(ctx),
      ...checkoutSweeps(ctx),
      ...listSweeps(ctx),
      { name: 'old rate limits', run: () => dropOldWindows(ctx.db, 5000) },
    ],
  })
  return {
    async stop() {
      await worker.stop()
      await egress.close()
    },
  }
}
