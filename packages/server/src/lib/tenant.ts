/** Whose data, in which mode. Every statement on tenant tables names both; test and live never meet. */
export type Tenant = { readonly merchant_id: string; readonly livemode: boolean }

/** A row of a tenant table. */
export type Ref = Tenant & { readonly id: string }

/** What a presented API key claims. Only the database says whether it is true. */
export type PresentedKey = { readonly id: string; readonly secret_hash: Buffer; readonly livemode: boolean }

/** What a key may do: everything, or only read. */
export const KEY_SCOPES = ['full', 'read'] as const
export type KeyScope = (typeof KEY_SCOPES)[number]

/** A key that the database found to be valid during this request. */
export type ProvenKey = { readonly id: string; readonly scope: KeyScope }
