import type { BankTexts } from './texts.ts'

export const da: BankTexts = {
  dir: 'ltr',
  title: 'Testbanken: bekræft en betaling',
  bank: 'Testbanken',
  question: 'Er det din betaling?',
  shop: 'Butik',
  amount: 'Beløb',
  card: 'Kort',
  yes: 'Ja, det er mig',
  yes_does: 'Betalingen fortsætter.',
  no: 'Nej, stop betalingen',
  no_does: 'Betalingen slutter her. Der trækkes ingenting.',
  thanks: 'Tak. Du kommer tilbage til butikken.',
  unreachable: 'Banken kunne ikke nås. Prøv igen.',
  answered: 'Spørgsmålet er allerede besvaret',
  go_back: 'Du kan gå tilbage til butikken.',
  script_needed: 'Testbanken skal bruge JavaScript til dit svar.',
}
