import type { FrameTexts } from './texts.ts'

export const it: FrameTexts = {
  lang: 'it',
  dir: 'ltr',
  title: 'Dati della carta',
  number: 'Numero della carta',
  exp: 'Data di scadenza',
  csc: 'Codice di sicurezza',
  name: 'Nome sulla carta',
  exp_hint: 'MM / AA',
  script_needed:
    'I dati della carta si possono inserire solo con JavaScript, che li tiene lontani dal negozio.',
  missing_number: 'Inserisci il numero della carta.',
  incomplete_number: 'Inserisci il numero completo della carta.',
  incorrect_number: 'Controlla il numero della carta: una cifra è sbagliata.',
  missing_expiry: 'Inserisci la data di scadenza.',
  incomplete_expiry: 'Inserisci mese e anno di scadenza, ad esempio 08 / 29.',
  invalid_expiry: 'Controlla mese e anno di scadenza.',
  expired_card: 'Questa carta è scaduta. Usa un’altra carta.',
  missing_csc: 'Inserisci le 3 cifre sul retro della carta.',
  incomplete_csc: 'Inserisci tutte e 3 le cifre del codice di sicurezza.',
  missing_csc_4: 'Inserisci le 4 cifre sul fronte della carta.',
  incomplete_csc_4: 'Inserisci tutte e 4 le cifre del codice di sicurezza.',
  missing_name: 'Inserisci il nome riportato sulla carta.',
  send_failed: 'Non è stato possibile inviare i dati della carta. Controlla la connessione e riprova.',
}
