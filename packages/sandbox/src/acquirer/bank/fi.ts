import type { BankTexts } from './texts.ts'

export const fi: BankTexts = {
  dir: 'ltr',
  title: 'Testipankki: vahvista maksu',
  bank: 'Testipankki',
  question: 'Onko tämä sinun maksusi?',
  shop: 'Kauppa',
  amount: 'Summa',
  card: 'Kortti',
  yes: 'Kyllä, se olen minä',
  yes_does: 'Maksu jatkuu.',
  no: 'Ei, pysäytä maksu',
  no_does: 'Maksu päättyy tähän. Mitään ei veloiteta.',
  thanks: 'Kiitos. Palaat nyt kauppaan.',
  unreachable: 'Pankkiin ei saatu yhteyttä. Yritä uudelleen.',
  answered: 'Tähän kysymykseen on jo vastattu',
  go_back: 'Voit palata kauppaan.',
  script_needed: 'Testipankki tarvitsee JavaScriptiä vastaustasi varten.',
}
