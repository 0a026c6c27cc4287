/** The peer: signs and posts in a loop with undici, and does nothing else. No database, no retries, no log, no guard. */
import { createHmac } from 'node:crypto'
import { Agent, request } from 'undici'
import type { BareOrder } from './bareLoop.ts'

const ID = 'evt_01m8ez6f3k7e61gra11ps3g74y'

process.once('message', (order: BareOrder) => {
  void run(order).then((per_second) => process.send?.({ per_second }, () => process.exit(0)))
})

async function run({ urls, body, secret, concurrency, seconds, warm_up_s }: BareOrder): Promise<number> {
  const dispatcher = new Agent({ connections: concurrency })
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  let posted = 0
  let going = true
  const post = async (n: number) => {
    const url = urls[n % urls.length] ?? ''
    while (going) {
      const t = Math.floor(Date.now() / 1000)
      const ours = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')
      const standard = createHmac('sha256', key).update(`${ID}.${t}.${body}`).digest('base64')
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'bare',
        'x-skiro-signature': `t=${t},v1=${ours}`,
        'webhook-id': ID,
        'webhook-timestamp': String(t),
        'webhook-signature': `v1,${standard}`,
      }
      const answer = await request(url, { dispatcher, method: 'POST', body, headers })
      await answer.body.dump()
      posted++
    }
  }
  const workers = Array.from({ length: concurrency }, (_, n) => post(n))
  const pause = (s: number) => new Promise((resolve) => setTimeout(resolve, s * 1000))
  await pause(warm_up_s)
  const [before, started] = [posted, performance.now()]
  await pause(seconds)
  const per_second = ((posted - before) * 1000) / (performance.now() - started)
  going = false
  await Promise.all(workers)
  await dispatcher.close()
  return per_second
}
