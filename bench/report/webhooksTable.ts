import type { WebhookFigures } from '../webhooks/webhooksBench.ts'
import { figure, table } from './format.ts'

/** The figures of `webhooks` as a Markdown table. */
export function webhooksTable(figures: WebhookFigures): string {
  return table([
    ['what', 'figure', 'ratio'],
    [
      'deliveries to fast receivers, 8 endpoints',
      `${figure(figures.deliveries_per_s)} /s`,
      `${figure(figures.ratio)} × bare loop`,
    ],
    ['bare loop: sign and POST with undici, nothing else', `${figure(figures.bare_per_s)} /s`, '1'],
    [
      'commit to arrival, idle endpoint, p50 / p99',
      `${figure(figures.idle_p50_ms)} / ${figure(figures.idle_p99_ms)} ms`,
      '',
    ],
    [`the same while ${figures.hanging} endpoints hang, p95`, `${figure(figures.healthy_p95_ms)} ms`, ''],
    ['memory of the process before', `${figure(figures.rss_before_mb)} MB`, ''],
    [
      `with ${figure(figures.waiting)} events waiting`,
      `${figure(figures.rss_waiting_mb)} MB`,
      `${figure(figures.rss_waiting_mb / figures.rss_before_mb)} × before`,
    ],
  ])
}
