/** Luhn's check (ISO/IEC 7812-1). */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

// Groups as people and programs write card numbers. Digits inside words, hex, decimals and ids are not card numbers.
const CANDIDATE = /(?<![\w.:-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\w.:])/g

/** Everything in `text` that could be a card number. */
export function findCardNumbers(text: string): string[] {
  return (text.match(CANDIDATE) ?? []).filter((match) => {
    const digits = match.replace(/\D/g, '')
    return digits.length >= 13 && digits.length <= 19 && passesLuhn(digits)
  })
}
