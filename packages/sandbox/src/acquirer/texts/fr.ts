import type { FrameTexts } from './texts.ts'

export const fr: FrameTexts = {
  lang: 'fr',
  dir: 'ltr',
  title: 'Informations de la carte',
  number: 'Numéro de carte',
  exp: 'Date d’expiration',
  csc: 'Code de sécurité',
  name: 'Nom sur la carte',
  exp_hint: 'MM / AA',
  script_needed:
    'La saisie des données de la carte nécessite JavaScript, qui les tient à l’écart de la boutique.',
  missing_number: 'Saisissez le numéro de la carte.',
  incomplete_number: 'Saisissez le numéro complet de la carte.',
  incorrect_number: 'Vérifiez le numéro de la carte, un chiffre est incorrect.',
  missing_expiry: 'Saisissez la date d’expiration.',
  incomplete_expiry: 'Saisissez le mois et l’année d’expiration, par exemple 08 / 29.',
  invalid_expiry: 'Vérifiez le mois et l’année d’expiration.',
  expired_card: 'Cette carte a expiré. Utilisez une autre carte.',
  missing_csc: 'Saisissez les 3 chiffres au dos de la carte.',
  incomplete_csc: 'Saisissez les 3 chiffres du code de sécurité.',
  missing_csc_4: 'Saisissez les 4 chiffres au recto de la carte.',
  incomplete_csc_4: 'Saisissez les 4 chiffres du code de sécurité.',
  missing_name: 'Saisissez le nom figurant sur la carte.',
  send_failed: 'Les données de la carte n’ont pas pu être envoyées. Vérifiez votre connexion et réessayez.',
}
