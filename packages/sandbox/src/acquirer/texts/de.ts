import type { FrameTexts } from './texts.ts'

export const de: FrameTexts = {
  lang: 'de',
  dir: 'ltr',
  title: 'Kartendaten',
  number: 'Kartennummer',
  exp: 'Ablaufdatum',
  csc: 'Prüfnummer',
  name: 'Name auf der Karte',
  exp_hint: 'MM / JJ',
  script_needed:
    'Kartendaten lassen sich nur mit JavaScript eingeben. Es sorgt dafür, dass der Shop sie nicht sieht.',
  missing_number: 'Geben Sie die Kartennummer ein.',
  incomplete_number: 'Geben Sie die vollständige Kartennummer ein.',
  incorrect_number: 'Prüfen Sie die Kartennummer, eine Ziffer stimmt nicht.',
  missing_expiry: 'Geben Sie das Ablaufdatum ein.',
  incomplete_expiry: 'Geben Sie das Ablaufdatum als Monat und Jahr ein, zum Beispiel 08 / 29.',
  invalid_expiry: 'Prüfen Sie Monat und Jahr des Ablaufdatums.',
  expired_card: 'Diese Karte ist abgelaufen. Nehmen Sie eine andere Karte.',
  missing_csc: 'Geben Sie die 3 Ziffern auf der Rückseite der Karte ein.',
  incomplete_csc: 'Geben Sie alle 3 Ziffern der Prüfnummer ein.',
  missing_csc_4: 'Geben Sie die 4 Ziffern auf der Vorderseite der Karte ein.',
  incomplete_csc_4: 'Geben Sie alle 4 Ziffern der Prüfnummer ein.',
  missing_name: 'Geben Sie den Namen auf der Karte ein.',
  send_failed:
    'Die Kartendaten konnten nicht gesendet werden. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.',
}
