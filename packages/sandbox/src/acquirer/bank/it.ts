import type { BankTexts } from './texts.ts'

export const it: BankTexts = {
  dir: 'ltr',
  title: 'Banca di prova: conferma un pagamento',
  bank: 'Banca di prova',
  question: 'Questo pagamento è suo?',
  shop: 'Negozio',
  amount: 'Importo',
  card: 'Carta',
  yes: 'Sì, sono io',
  yes_does: 'Il pagamento prosegue.',
  no: 'No, ferma questo pagamento',
  no_does: 'Il pagamento finisce qui. Non viene addebitato nulla.',
  thanks: 'Grazie. Ora torna al negozio.',
  unreachable: 'Impossibile contattare la banca. Riprovi.',
  answered: 'A questa domanda è già stato risposto',
  go_back: 'Può tornare al negozio.',
  script_needed: 'La banca di prova ha bisogno di JavaScript per la risposta.',
}
