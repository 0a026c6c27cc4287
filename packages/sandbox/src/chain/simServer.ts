import Fastify from 'fastify'
import { type Address, getAddress, isAddress } from 'viem'
import type { Refusals } from './refusals.ts'

/** How long a payee is refused beforehand: the gateway looks at held payouts again every 15 seconds. */
const REFUSED_SECONDS = 10

type Body = { asset: 'USDC'; address: Address; when: 'before_sending' | 'after_sending' }

/** What a test may ask of the chain beside its RPC, under `/_sim`. No key: it is a tool for one machine. */
export async function startChainSim(refusals: Refusals): Promise<{ url: string; close(): Promise<void> }> {
  const app = Fastify({ forceCloseConnections: true })
  const body = {
    type: 'object',
    required: ['asset', 'address', 'when'],
    additionalProperties: false,
    properties: {
      asset: { enum: ['USDC'] },
      address: { type: 'string' },
      when: { enum: ['before_sending', 'after_sending'] },
    },
  }
  app.post<{ Body: Body }>('/_sim/refuse_payee', { schema: { body } }, async (request, reply) => {
    const { address, when } = request.body
    if (!isAddress(address)) return await reply.code(400).send({ message: 'address is not one' })
    if (when === 'after_sending') refusals.refuseNext(getAddress(address))
    else await refusals.refuseFor(getAddress(address), REFUSED_SECONDS)
    return { address, when }
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url, close: () => app.close() }
}
