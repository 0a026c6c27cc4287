import { createRequire } from 'node:module'

/** What we use of bcoin 1.0.2, which has no types. Amounts are satoshi; hashes are in the order of their bytes, hex. */
export type Bcoin = {
  FullNode: new (options: Record<string, unknown>) => FullNode
  TX: { fromRaw(raw: Buffer): Tx }
  Address: { fromString(text: string, network: string): Address }
  Script: { fromRaw(raw: Buffer): Script }
  KeyRing: { fromOptions(options: { privateKey: Buffer; witness: boolean }): KeyRing }
  MTX: new () => Mtx
  Network: { get(name: string): NetworkParameters }
}
export type NetworkParameters = {
  addressPrefix: Record<string, number | string>
  minerWindow: number
  activationThreshold: number
  /** Seconds by which its clock is off. */
  time: { offset: number }
}
export type Address = { toString(network: string): string }
export type Script = { toRaw(): Buffer; getAddress(): Address | null }
export type KeyRing = { getAddress(): Address }
export type Output = { value: number; script: Script }
export type Input = {
  prevout: { hash: string; index: number; txid(): string }
  sequence: number
  witness: { items: Buffer[] }
}
export type Tx = {
  inputs: Input[]
  outputs: Output[]
  version: number
  locktime: number
  hash(encoding: 'hex'): string
  txid(): string
  toRaw(): Buffer
  getVirtualSize(): number
  getWeight(): number
  isCoinbase(): boolean
}
export type Mtx = {
  addOutput(address: Address, value: number): void
  addCoin(coin: Coin): void
  sign(ring: KeyRing): number
  toTX(): Tx
}
export type Coin = {
  hash: string
  index: number
  value: number
  height: number
  coinbase: boolean
  script: Script
  txid(): string
}
export type TxMeta = { tx: Tx; height: number; block: string | null; time: number }
export type Entry = {
  hash: string
  height: number
  time: number
  prevBlock: string
  rhash(): string
  isGenesis(): boolean
}
export type Block = { txs: Tx[]; toRaw(): Buffer; rhash(): string }
export type MempoolEntry = {
  tx: Tx
  fee: number
  size: number
  time: number
  height: number
  descFee: number
  descSize: number
}
export type CoinView = { getOutputFor(input: Input): Output | null }
export type Mempool = {
  map: Map<string, MempoolEntry>
  addTX(tx: Tx): Promise<string[] | null>
  getEntry(hash: string): MempoolEntry | undefined
  getSpent(hash: string, index: number): MempoolEntry | undefined
  getDescendants(entry: MempoolEntry): MempoolEntry[]
  getAncestors(entry: MempoolEntry): MempoolEntry[]
  evictEntry(entry: MempoolEntry): void
  removeOrphan(hash: string): void
  isSpent(hash: string, index: number): boolean
  getCoin(hash: string, index: number): Coin | null
  getCoinsByAddress(addresses: Address[]): Coin[]
  getCoinView(tx: Tx): Promise<CoinView>
  reset(): Promise<void>
}
export type Chain = {
  height: number
  tip: Entry
  getEntry(hash: string | number): Promise<Entry | null>
  getBlock(hash: string): Promise<Block | null>
  getCoin(hash: string, index: number): Promise<Coin | null>
  getCoinsByAddress(addresses: Address[]): Promise<Coin[]>
  getMeta(hash: string): Promise<TxMeta | null>
  getMetaByAddress(addresses: Address[]): Promise<TxMeta[]>
  getMedianTime(entry: Entry): Promise<number>
  isMainChain(entry: Entry): Promise<boolean>
  hasCoins(tx: Tx): Promise<boolean>
  invalidate(hash: string): Promise<void>
  add(block: Block): Promise<Entry | null>
}
export type FullNode = {
  chain: Chain
  mempool: Mempool
  miner: { mineBlock(tip: Entry, address: Address): Promise<Block> }
  /** Makes its folders. */
  ensure(): Promise<void>
  open(): Promise<void>
  close(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): void
}

/**
 * Loads bcoin with its JavaScript cryptography and makes its regtest that of Bitcoin Core: addresses begin with `bcrt`.
 * Segwit is active after 48 blocks instead of 432, so that a new chain is there in a moment.
 */
export function loadBcoin(): Bcoin {
  // Read when its cryptography is loaded. The native parts are not built: see scripts/install.mjs.
  process.env['NODE_BACKEND'] = 'js'
  const require = createRequire(import.meta.url)
  // One by one: its index would load a wallet that we do not use.
  const load = <T>(path: string) => require(`bcoin/lib/${path}`) as T
  const regtest = load<Bcoin['Network']>('protocol/network').get('regtest')
  Object.assign(regtest.addressPrefix, {
    pubkeyhash: 0x6f,
    scripthash: 0xc4,
    witnesspubkeyhash: 0x03,
    witnessscripthash: 0x28,
    bech32: 'bcrt',
  })
  // That of its database, wherever npm put it.
  const database = createRequire(createRequire(require.resolve('bcoin')).resolve('bdb'))
  ignoreNullBounds(database('leveldown') as Leveldown)
  regtest.minerWindow = 16
  regtest.activationThreshold = 12
  return {
    FullNode: load('node/fullnode'),
    TX: load('primitives/tx'),
    MTX: load('primitives/mtx'),
    Address: load('primitives/address'),
    KeyRing: load('primitives/keyring'),
    Script: load('script/script'),
    Network: load('protocol/network'),
  }
}

type Leveldown = { prototype: { iterator: (options: object) => unknown } }

/**
 * bcoin writes null for "no bound" when it looks up a range of keys. Its own leveldown compiles on no Node of today; the
 * one that does, see `overrides` in package.json, takes null for the text "null" and finds nothing.
 */
function ignoreNullBounds(leveldown: Leveldown): void {
  const { iterator } = leveldown.prototype
  leveldown.prototype.iterator = function (options) {
    const bounds = Object.entries(options).filter(([, value]) => value !== null)
    return Reflect.apply(iterator, this, [Object.fromEntries(bounds)])
  }
}

/** A hash as people write it, from the order of its bytes, and the other way round. */
export function reversed(hash: string): string {
  return Buffer.from(hash, 'hex').reverse().toString('hex')
}
