import { z } from 'zod'
import type { Context } from '../context.ts'
import { type Tx, inTransaction } from '../db/sql.ts'
import { assert } from '../lib/assert.ts'
import { newId } from '../lib/ids.ts'
import { CRYPTOS, type Crypto } from '../lib/money.ts'
import type { Tenant } from '../lib/tenant.ts'
import { newApiKey } from './apiKey.ts'
import { displayText } from './brandingBody.ts'
import { checkPlan } from './checkPlan.ts'
import { checkWallet } from './checkWallet.ts'
import { insertApiKey } from './keyStore.ts'
import { insertMerchant } from './store.ts'
import { upsertWallet } from './walletStore.ts'

const DEFAULT_PLAN = 'free'

export const createMerchantInput = z.strictObject({
  name: displayText(100),
  email: z.email(),
  mode: z.enum(['test', 'live']),
  plan: z.string().optional(),
  webhook_url: z.url({ protocol: /^https?$/ }).nullable(),
  wallets: z.partialRecord(z.enum(CRYPTOS), z.strictObject({ network: z.string(), address: z.string() })),
})

/** Makes the default webhook endpoint of the new merchant and returns its secret; the webhooks domain's function. */
export type EndpointPort = (tx: Tx, tenant: Tenant, url: string | null) => Promise<string>

/**
 * A merchant with its first API key, wallets and webhook secret. Key and secret are in this answer and nowhere else.
 * Nobody hears of it: `merchant.updated` is for what changes later.
 * @throws SkiroError invalid_request for an address that its network refuses, or a plan that there is not.
 */
export async function createMerchant(
  ctx: Context,
  createEndpoint: EndpointPort,
  input: z.output<typeof createMerchantInput>,
): Promise<{ merchant_id: string; api_key: string; webhook_secret: string }> {
  const { name, email, plan = DEFAULT_PLAN } = input
  if (input.plan !== undefined) checkPlan(ctx, plan)
  const tenant = { merchant_id: newId('merchant'), livemode: input.mode === 'live' }
  const wallets = Object.entries(input.wallets).map(([asset, wallet]) =>
    checkWallet(ctx, tenant, { asset: asset as Crypto, ...wallet }, `wallets.${asset}`),
  )
  const { text: api_key, id, secret_hash } = newApiKey(tenant.livemode)
  return await inTransaction(ctx.db, async (tx) => {
    await insertMerchant(tx, { id: tenant.merchant_id, name, email, plan })
    const key = { id, secret_hash, label: 'first key', scope: 'full', expires_at: null } as const
    assert(await insertApiKey(tx, tenant, key), 'the first key of a new merchant was refused')
    for (const wallet of wallets) await upsertWallet(tx, tenant, wallet)
    const webhook_secret = await createEndpoint(tx, tenant, input.webhook_url)
    return { merchant_id: tenant.merchant_id, api_key, webhook_secret }
  })
}
