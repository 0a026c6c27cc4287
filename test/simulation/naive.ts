import { ProviderError } from '../../packages/server/src/lib/errors.ts'
import { randomFrom } from '../fuzz/random.ts'
import { createOutside } from './faults.ts'
import { createModelChain } from './modelChain.ts'
import { createStage } from './stage.ts'

/**
 * The control: how payouts are often written. It takes the next nonce from the chain, sends, and remembers that it sent
 * once it has the answer; when no answer comes it tries again. The same world, the same faults, the same chain to judge
 * by. @returns how many of its payees were paid more than once
 */
export async function runNaive(seed: string): Promise<number> {
  const random = randomFrom(seed)
  const stage = createStage()
  const outside = createOutside(random, stage, 0.3)
  const chain = createModelChain(
    { network: 'ethereum', fee_coin: 'ETH', assets: ['USDT'], wallet: '0xhot', depth: 2 },
    outside,
  )
  const owed = Array.from({ length: 3 }, (_, n) => ({ to: `payee_${n}`, is_sent: false }))

  const pay = (payout: (typeof owed)[number]) =>
    stage.start(payout.to, async () => {
      if (payout.is_sent) return
      try {
        const nonce = await outside.call('chain nonce', () => chain.consumed())
        const payments = [{ asset: 'USDT' as const, to: payout.to, amount: 1n }]
        const intent = { id: payout.to, payments, fields: {}, coins: [], fee: 1000n }
        const { raw } = await chain.sign(intent, nonce)
        const answer = await chain.broadcast(raw)
        if (answer === 'accepted' || answer === 'known') payout.is_sent = true
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error
      }
    })

  for (let step = 0; step < 200; step++) {
    if (stage.parked.length > 0 && random.chance(0.75))
      await stage.turn(random.pick(stage.parked), random.chance(0.1) ? 'kill' : 'resume')
    else if (random.chance(0.5)) await pay(random.pick(owed))
    else if (random.chance(0.8)) chain.mine()
    else chain.undo(1)
  }
  return [...chain.paid().values()].filter((payments) => payments.length > 1).length
}
