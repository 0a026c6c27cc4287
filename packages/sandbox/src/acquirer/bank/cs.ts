import type { BankTexts } from './texts.ts'

export const cs: BankTexts = {
  dir: 'ltr',
  title: 'Testovací banka: potvrzení platby',
  bank: 'Testovací banka',
  question: 'Je tato platba vaše?',
  shop: 'Obchod',
  amount: 'Částka',
  card: 'Karta',
  yes: 'Ano, jsem to já',
  yes_does: 'Platba pokračuje.',
  no: 'Ne, zastavit platbu',
  no_does: 'Platba tady končí. Nic se nestrhne.',
  thanks: 'Děkujeme. Vracíte se do obchodu.',
  unreachable: 'Banka není dostupná. Zkuste to znovu.',
  answered: 'Na tuto otázku už bylo odpovězeno',
  go_back: 'Můžete se vrátit do obchodu.',
  script_needed: 'Testovací banka potřebuje pro vaši odpověď JavaScript.',
}
