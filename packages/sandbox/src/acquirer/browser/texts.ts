import type { ErrorTexts } from '../texts/texts.ts'
import type { FieldCode } from './checkCard.ts'

/** The text for a code; the security code of a brand with four digits sits elsewhere on the card. */
export function fieldText(texts: ErrorTexts, code: FieldCode, cscDigits: 3 | 4): string {
  if (cscDigits === 4 && (code === 'missing_csc' || code === 'incomplete_csc')) return texts[`${code}_4`]
  return texts[code]
}
