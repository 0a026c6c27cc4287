import type { FrameTexts } from './texts.ts'

export const nl: FrameTexts = {
  lang: 'nl',
  dir: 'ltr',
  title: 'Kaartgegevens',
  number: 'Kaartnummer',
  exp: 'Vervaldatum',
  csc: 'Beveiligingscode',
  name: 'Naam op de kaart',
  exp_hint: 'MM / JJ',
  script_needed:
    'Kaartgegevens kun je alleen met JavaScript invullen. Zo blijven ze buiten het bereik van de winkel.',
  missing_number: 'Vul het kaartnummer in.',
  incomplete_number: 'Vul het volledige kaartnummer in.',
  incorrect_number: 'Controleer het kaartnummer, er klopt een cijfer niet.',
  missing_expiry: 'Vul de vervaldatum in.',
  incomplete_expiry: 'Vul de maand en het jaar van de vervaldatum in, bijvoorbeeld 08 / 29.',
  invalid_expiry: 'Controleer de maand en het jaar van de vervaldatum.',
  expired_card: 'Deze kaart is verlopen. Gebruik een andere kaart.',
  missing_csc: 'Vul de 3 cijfers op de achterkant van de kaart in.',
  incomplete_csc: 'Vul alle 3 cijfers van de beveiligingscode in.',
  missing_csc_4: 'Vul de 4 cijfers op de voorkant van de kaart in.',
  incomplete_csc_4: 'Vul alle 4 cijfers van de beveiligingscode in.',
  missing_name: 'Vul de naam op de kaart in.',
  send_failed:
    'De kaartgegevens konden niet worden verstuurd. Controleer je verbinding en probeer het opnieuw.',
}
