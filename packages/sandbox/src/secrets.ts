import { randomBytes } from 'node:crypto'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { readJson, writeJson } from './state.ts'

/** What the sandbox makes up once and keeps: keys of the gateway, of the acquirer account and of the wallets. */
export interface Secrets {
  /** 32 random bytes in base64. */
  key_encryption_key: string
  acquirer_secret_key: string
  acquirer_publishable_key: string
  acquirer_webhook_secret: string
  /** Of the database users that `serve` and `work` connect as. */
  serve_password: string
  work_password: string
  /** Of the RPC of the Bitcoin node. */
  bitcoin_password: string
  /** Pays the merchants out. */
  treasury_key: `0x${string}`
  /** Receives the payouts of the demo merchant. */
  merchant_key: `0x${string}`
}

/** Loads the secrets of `file` and makes those that are missing. The file is readable by its owner only. */
export function loadSecrets(file: string): Secrets {
  const kept = readJson<Partial<Secrets>>(file) ?? {}
  const secrets: Secrets = {
    key_encryption_key: randomBytes(32).toString('base64'),
    acquirer_secret_key: `acq_sk_${randomBytes(24).toString('hex')}`,
    acquirer_publishable_key: `acq_pk_${randomBytes(16).toString('hex')}`,
    acquirer_webhook_secret: `acq_whsec_${randomBytes(24).toString('hex')}`,
    serve_password: randomBytes(24).toString('hex'),
    work_password: randomBytes(24).toString('hex'),
    bitcoin_password: randomBytes(16).toString('hex'),
    treasury_key: generatePrivateKey(),
    merchant_key: generatePrivateKey(),
    ...kept,
  }
  if (Object.keys(kept).length < Object.keys(secrets).length) writeJson(file, secrets)
  return secrets
}

/** The address that belongs to a private key. */
export function addressOf(key: `0x${string}`): `0x${string}` {
  return privateKeyToAddress(key)
}
