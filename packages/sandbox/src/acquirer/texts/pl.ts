import type { FrameTexts } from './texts.ts'

export const pl: FrameTexts = {
  lang: 'pl',
  dir: 'ltr',
  title: 'Dane karty',
  number: 'Numer karty',
  exp: 'Data ważności',
  csc: 'Kod zabezpieczający',
  name: 'Imię i nazwisko na karcie',
  exp_hint: 'MM / RR',
  script_needed:
    'Dane karty można wpisać tylko z włączoną obsługą JavaScript, dzięki której nie trafiają one do sklepu.',
  missing_number: 'Wpisz numer karty.',
  incomplete_number: 'Wpisz pełny numer karty.',
  incorrect_number: 'Sprawdź numer karty, jedna z cyfr jest błędna.',
  missing_expiry: 'Wpisz datę ważności.',
  incomplete_expiry: 'Wpisz miesiąc i rok ważności, na przykład 08 / 29.',
  invalid_expiry: 'Sprawdź miesiąc i rok ważności.',
  expired_card: 'Ta karta straciła ważność. Użyj innej karty.',
  missing_csc: 'Wpisz 3 cyfry z tyłu karty.',
  incomplete_csc: 'Wpisz wszystkie 3 cyfry kodu zabezpieczającego.',
  missing_csc_4: 'Wpisz 4 cyfry z przodu karty.',
  incomplete_csc_4: 'Wpisz wszystkie 4 cyfry kodu zabezpieczającego.',
  missing_name: 'Wpisz imię i nazwisko z karty.',
  send_failed: 'Nie udało się wysłać danych karty. Sprawdź połączenie i spróbuj ponownie.',
}
