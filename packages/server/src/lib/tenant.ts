/** Whose data, in which mode. Every statement on tenant tables names both; test and live never meet. */
export type Tenant = { readonly merchant_id: string; readonly livemode: boolean }

/** A row of a tenant table. */
export type Ref = Tenant & { readonly id: string }

/** What a presented API key claims. Only the database says whether it is true. */
export type PresentedKey = { readonly id: string; readonly secret_hash: Buffer; readonly livemode: boolean }
