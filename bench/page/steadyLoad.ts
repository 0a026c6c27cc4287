import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks for `url` so many times a second, whether or not the last answer has come, as customers do. A time counts from
 * when the request was due: a server that stands still is not spared the ones it kept waiting. Milliseconds.
 */
export async function steadyLoad(url: string, per_second: number, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const times: number[] = []
  const started = performance.now()
  const all: Promise<void>[] = []
  for (let count = 0; count < per_second * seconds; count++) {
    const due = started + (count * 1000) / per_second
    const wait = due - performance.now()
    if (wait > 1) await sleep(wait)
    all.push(
      ask(url, agent).then(() => {
        times.push(performance.now() - due)
      }),
    )
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
