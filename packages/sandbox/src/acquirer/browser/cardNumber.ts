/**
 * Rules of card numbers that the card page and the vault share. Pure: runs in the browser and in Node.
 * Ranges and lengths: ISO/IEC 7812 and the brands' public BIN tables.
 */

export type Brand = 'visa' | 'mastercard' | 'amex' | 'discover' | 'diners' | 'jcb' | 'unionpay' | 'unknown'

type BrandRule = {
  readonly brand: Brand
  readonly name: string
  readonly starts: RegExp
  readonly lengths: readonly number[]
  readonly groups: readonly number[]
  readonly csc: 3 | 4
}

const FOURS = [4, 4, 4, 4, 3]

const RULES: readonly BrandRule[] = [
  { brand: 'visa', name: 'Visa', starts: /^4/, lengths: [16], groups: FOURS, csc: 3 },
  {
    brand: 'mastercard',
    name: 'Mastercard',
    starts: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/,
    lengths: [16],
    groups: FOURS,
    csc: 3,
  },
  { brand: 'amex', name: 'Amex', starts: /^3[47]/, lengths: [15], groups: [4, 6, 5], csc: 4 },
  {
    brand: 'discover',
    name: 'Discover',
    starts: /^(6011|64[4-9]|65)/,
    lengths: [16, 17, 18, 19],
    groups: FOURS,
    csc: 3,
  },
  {
    brand: 'diners',
    name: 'Diners Club',
    starts: /^(30[0-5]|36|38|39)/,
    lengths: [14, 16, 19],
    groups: FOURS,
    csc: 3,
  },
  {
    brand: 'jcb',
    name: 'JCB',
    starts: /^35(2[89]|[3-8])/,
    lengths: [16, 17, 18, 19],
    groups: FOURS,
    csc: 3,
  },
  {
    brand: 'unionpay',
    name: 'UnionPay',
    starts: /^62/,
    lengths: [16, 17, 18, 19],
    groups: FOURS,
    csc: 3,
  },
]

const UNKNOWN: BrandRule = {
  brand: 'unknown',
  name: '',
  starts: /^/,
  lengths: [12, 13, 14, 15, 16, 17, 18, 19],
  groups: FOURS,
  csc: 3,
}

/** The rule of the brand that the first digits belong to. */
export function brandRule(digits: string): BrandRule {
  return RULES.find((rule) => rule.starts.test(digits)) ?? UNKNOWN
}

/** How the brand writes its own name; empty for one that is not known. */
export function brandName(brand: Brand): string {
  return RULES.find((rule) => rule.brand === brand)?.name ?? ''
}

/** The longest number the brand issues; typing stops there. */
export function maxLength(digits: string): number {
  return Math.max(...brandRule(digits).lengths)
}

/** Digits grouped as on the card: `4242 4242 4242 4242`, `3782 822463 10005`. */
export function groupDigits(digits: string): string {
  const parts: string[] = []
  let at = 0
  for (const size of brandRule(digits).groups) {
    if (at >= digits.length) break
    parts.push(digits.slice(at, at + size))
    at += size
  }
  return parts.join(' ')
}

/** The Luhn check of ISO/IEC 7812-1, annex B. `digits` must be digits only. */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = i % 2 === 0 ? digit : digit * 2
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return digits.length > 0 && sum % 10 === 0
}
