import { Address, OutScript, p2wpkh, SigHash, Transaction } from '@scure/btc-signer'
import { type Hex, hexToBytes } from 'viem'
import { assert } from '../../../lib/assert.ts'
import { SigningRefused, type TransactionReading, type TransactionShape } from '../../signer.ts'

/** How addresses of a Bitcoin network are spelt. */
export type BitcoinRules = {
  readonly bech32: string
  readonly pubKeyHash: number
  readonly scriptHash: number
}

const FORM = { allowUnknownOutputs: true, disableScriptCheck: true } as const

/**
 * Reads unsigned transactions that spend P2WPKH coins of the wallet: every output that does not come back to the wallet
 * is a payment. What the inputs hold is what we are told: each signature is over it (BIP 143), so that a wrong amount
 * makes it worthless, and the journal lets nobody tell two amounts of one coin, which is how signatures of two lies
 * would be put together to one higher fee.
 */
export function createBitcoinShape(rules: BitcoinRules): TransactionShape {
  const params = { ...rules, wif: 0 }

  return {
    read({ unsigned, input_amounts }, wallet_key): TransactionReading {
      const tx = parse(unsigned)
      const wallet = walletOf(wallet_key)
      const coins = coinsOf(tx, input_amounts ?? [])
      const payments: TransactionReading['payments'][number][] = []
      let left = coins.reduce((total, { amount }) => total + amount, 0n)
      for (let i = 0; i < tx.outputsLength; i++) {
        const { script, amount } = tx.getOutput(i)
        if (!script || amount === undefined) throw refused('an output pays nobody')
        left -= amount
        if (Buffer.compare(script, wallet.script) !== 0)
          payments.push({ asset: 'BTC', to: addressOf(script), amount })
      }
      if (left < 0n) throw refused('it pays more than its inputs hold')
      const digests = coins.map(({ amount }, i): Hex => {
        const preimage = tx.preimageWitnessV0(i, wallet.script_code, SigHash.ALL, amount)
        return `0x${Buffer.from(preimage).toString('hex')}`
      })
      return { payments, slots: coins.map(({ slot }) => slot), coins, fee: left, coin: 'BTC', digests }
    },
  }

  function addressOf(script: Uint8Array): string {
    try {
      return Address(params).encode(OutScript.decode(script))
    } catch {
      throw refused('it pays to a script without an address')
    }
  }

  function walletOf(public_key: Hex): { script: Uint8Array; script_code: Uint8Array } {
    const whole = hexToBytes(public_key)
    const compressed = Uint8Array.from([2 + ((whole[64] ?? 0) % 2), ...whole.subarray(1, 33)])
    const { script } = p2wpkh(compressed, params)
    // BIP 143: what such an input signs as its script is that of the older kind with the same hash.
    return { script, script_code: Uint8Array.from([0x76, 0xa9, 0x14, ...script.subarray(2), 0x88, 0xac]) }
  }
}

function parse(unsigned: Hex): Transaction {
  try {
    const tx = Transaction.fromRaw(hexToBytes(unsigned), FORM)
    // What does not come back byte for byte says more than was read: signatures, for instance.
    assert(Buffer.from(tx.unsignedTx).toString('hex') === unsigned.slice(2), 'not an unsigned transaction')
    return tx
  } catch {
    throw refused('it is no unsigned Bitcoin transaction')
  }
}

function coinsOf(tx: Transaction, amounts: readonly bigint[]) {
  if (tx.inputsLength === 0 || tx.inputsLength !== amounts.length)
    throw refused('it is not said what each input holds')
  const coins = amounts.map((amount, i) => {
    const { txid, index } = tx.getInput(i)
    if (!txid || index === undefined || amount <= 0n) throw refused('an input spends nothing')
    return { slot: `${Buffer.from(txid).toString('hex')}:${index}`, amount }
  })
  if (new Set(coins.map(({ slot }) => slot)).size !== coins.length) throw refused('it spends a coin twice')
  return coins
}

function refused(what: string): SigningRefused {
  return new SigningRefused('not_allowed', `The signer does not sign this transaction: ${what}.`)
}
