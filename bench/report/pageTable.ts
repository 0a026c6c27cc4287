import type { PageFigures } from '../page/pageBench.ts'
import { figure, table } from './format.ts'

const ms = (value: number) => `${figure(value)} ms`

/** The figures of `page` as a Markdown table. */
export function pageTable(figures: PageFigures): string {
  return table([
    ['what', 'figure', 'target', 'ratio'],
    [
      'first paint, slow 4G and CPU ÷ 4',
      ms(figures.first_paint_ms),
      '',
      `${figure(figures.first_paint_ms / figures.bare_paint_ms)} × one line of text`,
    ],
    ['one line of text in the same browser', ms(figures.bare_paint_ms), '', '1'],
    [
      'largest paint',
      ms(figures.largest_paint_ms),
      '1,200 ms',
      `${figure(figures.largest_paint_ms / figures.bare_paint_ms)} × one line of text`,
    ],
    ['layout shift, fields included', figures.layout_shift.toFixed(3), '0.05', ''],
    ['requests before the first paint', `${figures.requests_before_paint}`, '1', ''],
    ['document on the wire', `${(figures.document_bytes / 1024).toFixed(1)} KB`, '40 KB with the script', ''],
    ['script on the wire', `${(figures.script_bytes / 1024).toFixed(1)} KB`, '12 KB', ''],
    [
      '200 pages a second, p50 / p99',
      `${figure(figures.server_p50_ms)} / ${ms(figures.server_p99_ms)}`,
      'p99 10 ms',
      `p99 ${figure(figures.server_p99_ms / figures.healthz_p99_ms)} × /healthz`,
    ],
  ])
}
