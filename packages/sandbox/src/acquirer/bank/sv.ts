import type { BankTexts } from './texts.ts'

export const sv: BankTexts = {
  dir: 'ltr',
  title: 'Testbanken: bekräfta en betalning',
  bank: 'Testbanken',
  question: 'Är det här din betalning?',
  shop: 'Butik',
  amount: 'Belopp',
  card: 'Kort',
  yes: 'Ja, det är jag',
  yes_does: 'Betalningen går vidare.',
  no: 'Nej, stoppa betalningen',
  no_does: 'Betalningen slutar här. Inget dras.',
  thanks: 'Tack. Du kommer tillbaka till butiken.',
  unreachable: 'Banken kunde inte nås. Försök igen.',
  answered: 'Frågan är redan besvarad',
  go_back: 'Du kan gå tillbaka till butiken.',
  script_needed: 'Testbanken behöver JavaScript för ditt svar.',
}
