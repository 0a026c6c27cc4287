import type { Address } from 'viem'

/** What Skiro knows of a public network. The operator adds an RPC URL; tests pass their own values. */
export type EvmNetwork = {
  readonly chain_id: number
  /** Symbol of the coin that pays for gas. Only where it is ETH can ETH be paid out. */
  readonly coin: 'ETH' | 'POL'
  /** The one contract per asset that may be paid from. A symbol proves nothing: anyone can deploy a "USDT". */
  readonly tokens: { readonly USDT?: Address; readonly USDC?: Address }
}

/**
 * Native USDC as Circle lists it (developers.circle.com/stablecoins/usdc-contract-addresses): never USDC.e or USDbC.
 * USDT as Tether issues it on Ethereum, and the USDT0 contracts on Arbitrum and Polygon. Base has no USDT here:
 * the one that circulates there is bridged by a third party.
 */
export const EVM_NETWORKS = {
  ethereum: {
    chain_id: 1,
    coin: 'ETH',
    tokens: {
      USDT: '0xdAC17F958D2ee523a2206206994597C13D831ec7',
      USDC: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
    },
  },
  base: {
    chain_id: 8453,
    coin: 'ETH',
    tokens: { USDC: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913' },
  },
  arbitrum: {
    chain_id: 42161,
    coin: 'ETH',
    tokens: {
      USDT: '0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9',
      USDC: '0xaf88d065e77c8cC2239327C5EDb3A432268e5831',
    },
  },
  polygon: {
    chain_id: 137,
    coin: 'POL',
    tokens: {
      USDT: '0xc2132D05D31c914a87C6611C10748AEb04B58e8F',
      USDC: '0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359',
    },
  },
} as const satisfies Record<string, EvmNetwork>
