import { Agent } from 'undici'
import { monotonicMs, sleep } from '../lib/clock.ts'
import { type EgressAnswer, exchange } from './egress/exchange.ts'
import { failureOf } from './egress/failure.ts'
import { createGate } from './egress/gate.ts'
import { createResolver, type Resolve } from './egress/resolve.ts'
import { readTarget } from './egress/target.ts'

export type { EgressAnswer } from './egress/exchange.ts'
export { EgressError, type EgressReason } from './egress/failure.ts'

export type PostOptions = {
  /** For everything, from the name server to the last byte of the answer. More than 5 seconds. */
  timeout_ms: number
  livemode: boolean
}

export type Egress = {
  /** Posts once. Any status is an answer. @throws EgressError, and nothing else */
  post(
    url: string,
    body: string,
    headers: Record<string, string>,
    options: PostOptions,
  ): Promise<EgressAnswer>
  /** Resolves when what is under way has ended. */
  close(): Promise<void>
}

/** What tests set otherwise. */
export type EgressPorts = {
  resolve: Resolve
  /** For name server, TCP and TLS together. undici looks at its clock every half second. */
  connect_ms: number
  /** Before this has passed, nobody hears that a host could not be reached. Above `connect_ms` and that half second. */
  hold_ms: number
  /** How old a connection may become. One that nobody uses for a second is closed anyway. */
  reuse_ms: number
  pause(ms: number): Promise<void>
}

const CONNECTIONS_PER_ORIGIN = 64
const POSTS_PER_CONNECTION = 1000
const IDLE_MS = 1000
const HEADERS_MAX_BYTES = 16 * 1024

/**
 * The only way out to URLs that merchants choose. Judges every address of the host on every new connection and connects
 * to a judged one; follows no redirect; reads at most 64 KB; says the same, after the same time, of every host that
 * cannot be reached. Only global unicast addresses that are not this machine's own pass, and the operator's ranges.
 * @param allow ranges of the operator's own networks; of hosts in them it is told at once and plainly what is wrong
 */
export function createEgress(allow: readonly string[], ports: Partial<EgressPorts> = {}): Egress {
  const { connect_ms = 4000, hold_ms = 5000, reuse_ms = 60_000, pause = sleep } = ports
  const gate = createGate(allow, ports.resolve ?? createResolver(), connect_ms)
  const agent = new Agent({
    connections: CONNECTIONS_PER_ORIGIN,
    maxRequestsPerClient: POSTS_PER_CONNECTION,
    clientTtl: reuse_ms,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    keepAliveTimeoutThreshold: IDLE_MS,
    maxHeaderSize: HEADERS_MAX_BYTES,
    pipelining: 1,
    allowH2: false,
    connect: gate.connect,
  })
  return {
    async post(url, body, headers, { timeout_ms, livemode }) {
      const target = readTarget(url, livemode)
      const started = monotonicMs()
      try {
        return await exchange(agent, target, body, headers, timeout_ms)
      } catch (error) {
        const is_trusted = gate.trusts(target.hostname)
        const failure = failureOf(error, is_trusted)
        if (failure.reason === 'unreachable' && !is_trusted)
          await pause(Math.max(0, hold_ms - (monotonicMs() - started)))
        throw failure
      }
    },
    close: () => agent.close(),
  }
}
