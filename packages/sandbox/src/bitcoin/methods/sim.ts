import { CODES, RpcError } from '../rpcError.ts'
import type { Method } from './method.ts'

/** What only this node can: the ways of a test to move it. Not of Bitcoin Core. */
export const simMethods: Readonly<Record<string, Method>> = {
  /** What `estimatesmartfee` says from now on, satoshi per 1000 vB; null: that it does not know. */
  skiro_setfeerate(node, [rate]) {
    if (rate !== null && (typeof rate !== 'number' || !(rate > 0))) {
      throw new RpcError(CODES.parameter, 'the rate is a positive number or null')
    }
    node.fee_rate = rate
    return null
  },
  /** Forgets all that is unconfirmed, as a node does that is started anew without its mempool. */
  async skiro_clearmempool({ full }) {
    await full.mempool.reset()
    return null
  },
}
