import fc from 'fast-check'
import { FAILPOINTS } from '../../packages/server/src/lib/failpoint.ts'
import { BAD_WRITES } from './badWrites.ts'
import { MOVEMENTS } from './movements.ts'

/** What the outside world, or the process itself, does to one command. `at`: to which of its calls. */
const trouble = fc.option(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('lost', 'answer_lost', 'twice'), at: fc.nat({ max: 6 }) }),
    fc.record({
      kind: fc.constant('dies' as const),
      at: fc.constantFrom(...FAILPOINTS.filter((name) => !name.startsWith('webhook'))),
    }),
  ),
  { freq: 2, nil: null },
)
const which = fc.nat({ max: 5 })
const network = fc.nat({ max: 1 })

/**
 * One step of somebody: a shop, a customer, a worker, a chain, an operator, or somebody with a database console. `which`
 * counts through what there is, so that a shorter list of commands still means something.
 */
export const command = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      merchant: fc.nat({ max: 1 }),
      asset: fc.constantFrom('USDT' as const, 'ETH' as const, 'BTC' as const),
      cents: fc.integer({ min: 1_000, max: 50_000 }),
      // Null: none. Two requests with one key are one session, or the second is refused.
      key: fc.option(fc.nat({ max: 1 }), { nil: null, freq: 1 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('confirm' as const),
      which,
      card: fc.constantFrom('ok', 'ok', 'ok', 'declined'),
      trouble,
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('advance' as const), which, trouble }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('mine' as const),
      network,
      blocks: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('undo' as const),
      network,
      blocks: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('wipe' as const, 'dearer' as const), network }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('expire' as const, 'takeBack' as const), which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('book' as const),
      movement: fc.constantFrom(...MOVEMENTS),
      which,
      // Of what was captured, in percent: more than there is has to be refused.
      share: fc.integer({ min: 1, max: 130 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      write: fc.constantFrom(...Object.keys(BAD_WRITES)),
    }),
  },
)

export type Command = typeof command extends fc.Arbitrary<infer T> ? T : never
export type Trouble = Extract<Command, { do: 'confirm' }>['trouble']
