import type { BankTexts } from './texts.ts'

export const nl: BankTexts = {
  dir: 'ltr',
  title: 'Testbank: betaling bevestigen',
  bank: 'Testbank',
  question: 'Is deze betaling van u?',
  shop: 'Winkel',
  amount: 'Bedrag',
  card: 'Kaart',
  yes: 'Ja, dat ben ik',
  yes_does: 'De betaling gaat door.',
  no: 'Nee, stop deze betaling',
  no_does: 'De betaling stopt hier. Er wordt niets afgeschreven.',
  thanks: 'Bedankt. U gaat terug naar de winkel.',
  unreachable: 'De bank is niet bereikbaar. Probeer het opnieuw.',
  answered: 'Deze vraag is al beantwoord',
  go_back: 'U kunt teruggaan naar de winkel.',
  script_needed: 'De testbank heeft JavaScript nodig voor uw antwoord.',
}
