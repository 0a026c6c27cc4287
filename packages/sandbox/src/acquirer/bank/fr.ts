import type { BankTexts } from './texts.ts'

export const fr: BankTexts = {
  dir: 'ltr',
  title: 'Banque de test : confirmer un paiement',
  bank: 'Banque de test',
  question: 'Ce paiement vient-il de vous ?',
  shop: 'Boutique',
  amount: 'Montant',
  card: 'Carte',
  yes: 'Oui, c’est moi',
  yes_does: 'Le paiement continue.',
  no: 'Non, arrêter ce paiement',
  no_does: 'Le paiement s’arrête ici. Rien n’est débité.',
  thanks: 'Merci. Vous revenez à la boutique.',
  unreachable: 'La banque est injoignable. Réessayez.',
  answered: 'Vous avez déjà répondu à cette question',
  go_back: 'Vous pouvez revenir à la boutique.',
  script_needed: 'La banque de test a besoin de JavaScript pour votre réponse.',
}
