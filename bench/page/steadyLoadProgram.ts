/** Asks for a page at a steady pace, as a process of its own: what it measures must not be its starter's own pauses. */
import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SteadyOrder } from './steadyLoad.ts'

process.on('message', (order: SteadyOrder) => {
  void load(order).then((times) => process.send?.(times))
})

process.on('disconnect', () => process.exit())

async function load({ url, per_second, seconds }: SteadyOrder): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const times: number[] = []
  const started = performance.now()
  const all: Promise<void>[] = []
  for (let count = 0; count < per_second * seconds; count++) {
    const due = started + (count * 1000) / per_second
    const wait = due - performance.now()
    if (wait > 0) await sleep(wait)
    // A timer that came late is this program's fault, a server that keeps others waiting is not.
    const sent = performance.now()
    all.push(ask(url, agent).then(() => void times.push(performance.now() - sent)))
  }
  await Promise.all(all)
  agent.destroy()
  return times
}

function ask(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { 'accept-encoding': 'gzip' } }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode}`))
      answer.on('error', reject)
      answer.on('end', resolve)
      answer.resume()
    }).on('error', reject)
  })
}
