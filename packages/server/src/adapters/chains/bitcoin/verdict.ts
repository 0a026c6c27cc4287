import type { AddressVerdict } from '../../chain.ts'

type Refusal = AddressVerdict & { ok: false }

/** Why an address is not paid to, with words for whoever gave it. */
export function refuse(code: Refusal['code'], hint: string): Refusal {
  return { ok: false, code, hint }
}

/** It is no address at all. */
export function malformed(hint: string): Refusal {
  return refuse('malformed', hint)
}
