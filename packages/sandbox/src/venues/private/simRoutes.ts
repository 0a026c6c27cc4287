import type { FastifyInstance } from 'fastify'
import type { Asset } from '../market.ts'
import type { Account } from './account.ts'
import { parseAmount, showAmount } from './amount.ts'
import { FAULTS, type Fault, type Faults, OPERATIONS } from './faults.ts'

const object = (required: readonly string[], properties: object) => ({
  schema: { body: { type: 'object', required, additionalProperties: false, properties } },
})
const text = { type: 'string', minLength: 1, maxLength: 200 }

/** What a test or a person may do to the account from outside, under `/_sim/account`. No key: it is a tool for one machine. */
export function simRoutes(
  app: FastifyInstance,
  account: Account,
  faults: Faults,
  advance: (ms: number) => void,
): void {
  app.get('/_sim/account', () => ({
    balances: Object.fromEntries([...account.balances].map(([asset, amount]) => [asset, showAmount(amount)])),
    orders: account.orders.map((order) => ({
      reference: order.reference,
      client_id: order.client_id,
      symbol: order.symbol,
      amount: showAmount(order.amount),
      filled: showAmount(order.filled),
      cost: showAmount(order.cost),
      fee: showAmount(order.fee),
    })),
    withdrawals: account.withdrawals.map(({ amount, fee, ...rest }) => ({
      ...rest,
      amount: showAmount(amount),
      fee: showAmount(fee),
    })),
  }))

  type Money = { asset: Asset; amount: string }
  app.post<{ Body: Money }>(
    '/_sim/account/deposit',
    object(['asset', 'amount'], { asset: text, amount: text }),
    (request, reply) => {
      const amount = parseAmount(request.body.amount)
      if (amount === null) return reply.code(400).send({ message: 'amount is no plain decimal' })
      account.add(request.body.asset, amount)
      return reply.send({})
    },
  )

  type Saved = { key: string; asset: Asset; address: string }
  app.post<{ Body: Saved }>(
    '/_sim/account/addresses',
    object(['key', 'asset', 'address'], { key: text, asset: text, address: text }),
    ({ body }) => {
      account.addresses.set(body.key, { asset: body.asset, address: body.address })
      return {}
    },
  )

  // Withdrawals wait for this: a chain of their own would hide when a test's has arrived.
  type Settle = { status: 'Pending' | 'Success' | 'Failure' }
  app.post<{ Body: Settle }>(
    '/_sim/account/settle',
    object(['status'], { status: { enum: ['Pending', 'Success', 'Failure'] } }),
    ({ body }) => {
      for (const withdrawal of account.withdrawals) account.settle(withdrawal, body.status)
      return {}
    },
  )

  const fault = {
    operation: { enum: OPERATIONS },
    kind: { enum: FAULTS },
    times: { type: 'integer', minimum: 1 },
    delay_ms: { type: 'integer', minimum: 0, maximum: 600_000 },
  }
  app.post<{ Body: Partial<Fault> & Pick<Fault, 'operation' | 'kind'> }>(
    '/_sim/account/faults',
    object(['operation', 'kind'], fault),
    ({ body }) => {
      faults.plan({ times: 1, delay_ms: 1000, ...body })
      return {}
    },
  )
  app.delete('/_sim/account/faults', () => {
    faults.clear()
    return {}
  })

  app.post<{ Body: { ms: number } }>(
    '/_sim/account/advance',
    object(['ms'], { ms: { type: 'integer', minimum: 1 } }),
    ({ body }) => {
      advance(body.ms)
      return {}
    },
  )
}
