import type { AddressInfo } from 'node:net'
import { gatewayApp, newMerchant, TEST_MODE, WALLET } from '../support/gatewayContext.ts'

/** A real gateway that listens, with a merchant who can be paid out in USDT. `env` adds to its settings. */
export async function startGateway(env: Record<string, string> = {}) {
  const gateway = await gatewayApp({ ...TEST_MODE, SKIRO_EGRESS_ALLOW: '127.0.0.0/8', ...env })
  await gateway.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = gateway.app.server.address() as AddressInfo
  const merchant = await newMerchant(gateway.ctx, { wallets: { USDT: WALLET } })
  const close = async () => {
    // Clients here keep theirs open, and nobody waits for an answer any more.
    gateway.app.server.closeAllConnections()
    await gateway.close()
  }
  return { ...gateway, merchant, url: `http://127.0.0.1:${port}`, close }
}
