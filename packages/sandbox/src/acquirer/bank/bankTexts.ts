import type { Language } from '../../language.ts'
import { ar } from './ar.ts'
import { cs } from './cs.ts'
import { da } from './da.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fa } from './fa.ts'
import { fi } from './fi.ts'
import { fr } from './fr.ts'
import { he } from './he.ts'
import { it } from './it.ts'
import { ja } from './ja.ts'
import { ko } from './ko.ts'
import { nl } from './nl.ts'
import { pl } from './pl.ts'
import { pt } from './pt.ts'
import { sv } from './sv.ts'
import type { BankTexts } from './texts.ts'
import { tr } from './tr.ts'
import { uk } from './uk.ts'
import { zh } from './zh.ts'

/** The test bank's words in every language: it answers in the browser's, as a real bank knows its customer's. */
export const BANK_TEXTS: Readonly<Record<Language, BankTexts>> = {
  en,
  de,
  es,
  fr,
  it,
  pt,
  nl,
  pl,
  sv,
  da,
  fi,
  cs,
  tr,
  uk,
  ar,
  he,
  fa,
  ja,
  ko,
  zh,
}
