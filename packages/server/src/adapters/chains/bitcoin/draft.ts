import { Transaction } from '@scure/btc-signer'
import { assert } from '../../../lib/assert.ts'
import type { Coin, Intent, Order } from '../../chain.ts'
import { compareAmounts, toHex } from './bytes.ts'
import type { BitcoinContext, Wallet } from './context.ts'
import { scriptOf, vsizeOf } from './script.ts'

export type Output = { readonly script: Uint8Array; readonly amount: bigint }

/** What a transaction spends and pays, in the order in which it stands in it. */
export type Draft = {
  readonly inputs: readonly Coin[]
  readonly outputs: readonly Output[]
  readonly fee: bigint
}

/** Opt-in to replacement (BIP 125), which some nodes still ask for. */
const SEQUENCE = 0xfffffffd
const VERSION = 2

/** What the payments of an order pay, by script. */
export function payeeOutputs(context: BitcoinContext, { payments }: Pick<Order, 'payments'>): Output[] {
  return payments.map(({ to, amount }) => ({ script: scriptOf(to, context.params), amount }))
}

/** Everything of a draft as an intent keeps it, and the order of BIP 69, which tells nobody which output is change. */
export function intentOf(context: BitcoinContext, order: Order, wallet: Wallet, draft: Draft): Intent {
  const inputs = draft.inputs.toSorted((a, b) => compare(...([a, b].map(coinKey) as [string, string])))
  const outputs = draft.outputs.toSorted(
    (a, b) => compareAmounts(a.amount, b.amount) || Buffer.compare(a.script, b.script),
  )
  const own = toHex(wallet.script)
  const change = outputs.filter(({ script }) => toHex(script) === own).map(({ amount }) => String(amount))
  const vsize = vsizeOf(
    inputs.length,
    outputs.map(({ script }) => script),
  )
  return {
    id: order.id,
    payments: order.payments,
    coins: inputs.map(({ outpoint }) => outpoint),
    fee: draft.fee,
    fields: {
      chain: context.chain,
      version: String(VERSION),
      sequence: String(SEQUENCE),
      lock_time: '0',
      inputs: inputs.map(({ outpoint, amount }) => `${outpoint}:${amount}`).join(' '),
      outputs: outputs.map(({ script, amount }) => `${toHex(script)}:${amount}`).join(' '),
      change: change.join(' ') || '0',
      vsize: String(vsize),
      fee_rate: String((draft.fee * 1000n) / BigInt(vsize)),
    },
  }
}

/** Reads an intent back. @throws AssertionFailed when it is not one of this chain */
export function draftOf(context: BitcoinContext, { fields, fee, coins }: Intent): Draft {
  assert(fields['chain'] === context.chain, 'the intent is of this chain')
  assert(
    fields['version'] === String(VERSION) && fields['lock_time'] === '0',
    'the intent is of a known form',
  )
  assert(fields['sequence'] === String(SEQUENCE), 'the intent can be replaced')
  const inputs = parts(fields['inputs'], 3).map(([txid, vout, amount]) => ({
    outpoint: `${txid}:${vout}`,
    amount: BigInt(amount ?? ''),
  }))
  const outputs = parts(fields['outputs'], 2).map(([script, amount]) => ({
    script: Uint8Array.from(Buffer.from(script ?? '', 'hex')),
    amount: BigInt(amount ?? ''),
  }))
  assert(
    inputs.map(({ outpoint }) => outpoint).join() === coins.join(),
    'an intent names its coins twice, alike',
  )
  assert(sum(inputs) - sum(outputs) === fee, 'what goes in and does not come out is the fee')
  return { inputs, outputs, fee }
}

/** The transaction, without signatures. Its id is already that of the signed one: witnesses are no part of it. */
export function unsigned({ inputs, outputs }: Draft): Transaction {
  const tx = new Transaction({
    version: VERSION,
    lockTime: 0,
    allowUnknownOutputs: true,
    disableScriptCheck: true,
  })
  for (const { outpoint } of inputs) {
    const [txid, index] = splitOutpoint(outpoint)
    tx.addInput({ txid, index, sequence: SEQUENCE })
  }
  for (const output of outputs) tx.addOutput(output)
  return tx
}

/** The id of a draft's transaction, which is the same signed and not. */
export function txidOf(draft: Draft): string {
  return Transaction.fromRaw(unsigned(draft).unsignedTx, {
    allowUnknownOutputs: true,
    disableScriptCheck: true,
  }).id
}

export function splitOutpoint(outpoint: string): [txid: string, index: number] {
  const [txid = '', index = ''] = outpoint.split(':')
  assert(/^[0-9a-f]{64}$/.test(txid) && /^\d+$/.test(index), 'an outpoint is txid:vout')
  return [txid, Number(index)]
}

export function sum(items: readonly { readonly amount: bigint }[]): bigint {
  return items.reduce((total, { amount }) => total + amount, 0n)
}

function coinKey({ outpoint }: Coin): string {
  const [txid, index] = splitOutpoint(outpoint)
  return `${txid}:${String(index).padStart(10, '0')}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : 1
}

function parts(field: string | undefined, length: number): string[][] {
  assert(field !== undefined, 'an intent has inputs and outputs')
  const items = field.split(' ').map((item) => item.split(':'))
  assert(
    items.every((item) => item.length === length),
    'an intent has inputs and outputs',
  )
  return items
}
