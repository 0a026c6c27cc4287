/** One right of one role, as `grant` writes it. */
export type Grant = {
  /** Such as `table public.journal`, names quoted where they have to be. */
  readonly on: string
  /** In small letters, such as `insert` or `update (last_used_at)`; `policy`: rows of that table may be seen at all. */
  readonly right: string
  readonly role: string
}

/** The same grant has the same words. */
export const wordsOf = ({ right, on, role }: Grant): string => `${right} on ${on} to ${role}`

/** Those of `grants` that are not among `others`. */
export function without(grants: readonly Grant[], others: readonly Grant[]): Grant[] {
  const known = new Set(others.map(wordsOf))
  return grants.filter((grant) => !known.has(wordsOf(grant)))
}
