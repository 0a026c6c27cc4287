/** What tells one Bitcoin chain from another: its first block, and how its addresses are spelt. */
export type BitcoinNetwork = {
  readonly genesis: string
  readonly bech32: string
  readonly pubKeyHash: number
  readonly scriptHash: number
  readonly wif: number
}

const TEST = { bech32: 'tb', pubKeyHash: 0x6f, scriptHash: 0xc4, wif: 0xef }

/** Addresses of testnet and signet are spelt alike; their first blocks differ. */
export const BITCOIN_NETWORKS = {
  mainnet: {
    genesis: '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f',
    bech32: 'bc',
    pubKeyHash: 0x00,
    scriptHash: 0x05,
    wif: 0x80,
  },
  testnet: { ...TEST, genesis: '000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943' },
  signet: { ...TEST, genesis: '00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6' },
  regtest: {
    ...TEST,
    bech32: 'bcrt',
    genesis: '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206',
  },
} as const satisfies Record<string, BitcoinNetwork>

export type BitcoinChain = keyof typeof BITCOIN_NETWORKS
