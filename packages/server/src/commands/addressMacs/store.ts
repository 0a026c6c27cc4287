import type { Sql, Tx } from '../../db/sql.ts'

/** A payout address as a row has it, and who vouches for it. */
export type Vouched = {
  kind: 'wallet' | 'next wallet' | 'transaction' | 'payout'
  id: string
  merchant_id: string
  livemode: boolean
  asset: string
  network: string
  address: string
  mac: Buffer | null
}

/** Every address that money may still go to. */
export async function vouchedAddresses(sql: Sql): Promise<Vouched[]> {
  const { rows } = await sql.query<Vouched>(
    `select 'wallet' as kind, merchant_id as id, merchant_id, livemode, asset, network, address, mac from wallet
     union all
     select 'next wallet', merchant_id, merchant_id, livemode, asset, next_network, next_address, next_mac
     from wallet where next_address is not null
     union all
     select 'transaction', id, merchant_id, livemode, payout_currency, payout_network, payout_address,
       payout_address_mac from transaction where state in ('authorizing', 'authorized', 'capturing')
     union all
     select 'payout', id, merchant_id, livemode, asset, network, address, payout_address_mac from payout
     where status in ('pending', 'held', 'sent')
     order by 3, 4, 1, 2, 5`,
  )
  return rows
}

const UPDATES: Readonly<Record<Vouched['kind'], string>> = {
  wallet: `update wallet set mac = $5 where merchant_id = $1 and livemode = $2 and asset = $3 and address = $4
    and network = $6 and $7 = merchant_id`,
  'next wallet': `update wallet set next_mac = $5 where merchant_id = $1 and livemode = $2 and asset = $3
    and next_address = $4 and next_network = $6 and $7 = merchant_id`,
  transaction: `update transaction set payout_address_mac = $5 where merchant_id = $1 and livemode = $2
    and payout_currency = $3 and payout_address = $4 and payout_network = $6 and id = $7`,
  payout: `update payout set payout_address_mac = $5 where merchant_id = $1 and livemode = $2 and asset = $3
    and address = $4 and network = $6 and id = $7`,
}

/** Stores a MAC, if the row still has the address that was looked at. */
export async function vouch(tx: Tx, row: Vouched, mac: Buffer): Promise<void> {
  const { merchant_id, livemode, asset, address, network, id } = row
  await tx.query(UPDATES[row.kind], [merchant_id, livemode, asset, address, mac, network, id])
}
