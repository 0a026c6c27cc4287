import type { BankTexts } from './texts.ts'

export const de: BankTexts = {
  dir: 'ltr',
  title: 'Testbank: Zahlung bestätigen',
  bank: 'Testbank',
  question: 'Ist das Ihre Zahlung?',
  shop: 'Händler',
  amount: 'Betrag',
  card: 'Karte',
  yes: 'Ja, das bin ich',
  yes_does: 'Die Zahlung geht weiter.',
  no: 'Nein, Zahlung stoppen',
  no_does: 'Die Zahlung endet hier. Es wird nichts abgebucht.',
  thanks: 'Danke. Sie kommen jetzt zurück zum Shop.',
  unreachable: 'Die Bank war nicht erreichbar. Versuchen Sie es erneut.',
  answered: 'Diese Frage ist schon beantwortet',
  go_back: 'Sie können zum Shop zurückgehen.',
  script_needed: 'Die Testbank braucht JavaScript für Ihre Antwort.',
}
