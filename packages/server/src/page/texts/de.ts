import type { PageTexts } from './texts.ts'

export const de: PageTexts = {
  name: 'Deutsch',
  dir: 'ltr',
  language_label: 'Sprache',
  powered_by: 'Bereitgestellt von Skiro',
  contact: 'Fragen? Schreiben Sie an {email}',
  back_to_shop: 'Zurück zu {shop}',
  go_to_shop: 'Zu {shop}',
  the_shop: 'dem Shop',
  terms_link: 'AGB',
  privacy_link: 'Datenschutz',
  statement: 'Auf Ihrer Kartenabrechnung steht {descriptor}',
  test_badge: 'Testmodus',
  test_hint: 'Hier fließt kein Geld. Jedes künftige Datum und jede Prüfnummer gelten.',
  open: {
    title: 'Zahlung an {shop}',
    email: 'E-Mail',
    email_optional: 'optional',
    email_receipt: 'Optional, für Ihren Beleg',
    card: 'Kartendaten',
    frame_title: 'Kartennummer, Ablaufdatum und Prüfnummer',
    frame_failed:
      'Die Kartenfelder konnten nicht geladen werden. Es wurde nichts abgebucht. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.',
    frame_retry: 'Erneut versuchen',
    pay_button: '{amount} bezahlen',
    card_privacy:
      'Ihre Kartendaten gehen verschlüsselt direkt an den Kartendienstleister. {shop} sieht sie nie.',
    script_needed:
      'Um hier zu zahlen, schalten Sie JavaScript ein und laden Sie die Seite neu. Die Kartenfelder brauchen es: Sie gehören dem Kartendienstleister, damit niemand sonst Ihre Kartennummer sieht.',
  },
  live: {
    email_invalid: 'Geben Sie eine vollständige E-Mail-Adresse ein, zum Beispiel name@example.com.',
    paying: 'Wird verarbeitet…',
    checking:
      'Der Server war nicht erreichbar. Wir wissen noch nicht, ob etwas abgebucht wurde, und prüfen das. Bitte warten Sie und zahlen Sie nicht noch einmal…',
    not_charged:
      'Die Zahlung ist nicht zustande gekommen, es wurde nichts abgebucht. Bitte versuchen Sie es erneut.',
    expires_in: 'Diese Seite läuft ab in {time}',
    copied: 'Kopiert',
    offline: 'Sie sind offline. Die Seite macht weiter, sobald die Verbindung wieder da ist.',
  },
  time: {
    offer: 'Sie haben noch {time} zum Bezahlen.',
    more: 'Mehr Zeit',
    given: 'Sie haben jetzt mehr Zeit. Diese Seite läuft ab in {time}.',
  },
  declined: {
    title: 'Karte abgelehnt · {shop}',
    heading: 'Die Zahlung ist nicht zustande gekommen',
    not_charged: 'Es wurde nichts abgebucht.',
    code_again: 'Geben Sie die Prüfnummer noch einmal ein: Sie wird nicht gespeichert.',
  },
  declines: {
    card_declined: 'Ihre Karte wurde abgelehnt. Prüfen Sie die Angaben oder nehmen Sie eine andere Karte.',
    insufficient_funds:
      'Die Karte ist für diese Zahlung nicht ausreichend gedeckt. Nehmen Sie eine andere Karte.',
    expired_card: 'Ihre Karte ist abgelaufen. Prüfen Sie das Ablaufdatum oder nehmen Sie eine andere Karte.',
    incorrect_cvc: 'Die Prüfnummer stimmt nicht. Geben Sie sie noch einmal ein.',
    processing_error: 'Die Zahlung konnte nicht verarbeitet werden. Bitte versuchen Sie es erneut.',
    authentication_failed:
      'Die Zahlung wurde bei Ihrer Bank nicht bestätigt. Versuchen Sie es erneut oder nehmen Sie eine andere Karte.',
  },
  authenticate: {
    title: 'Bei Ihrer Bank bestätigen · {shop}',
    heading: 'Ihre Bank fragt, ob Sie es sind',
    text: 'Antworten Sie unten Ihrer Bank, um {amount} an {shop} zu bezahlen.',
    frame_title: 'Bestätigung durch Ihre Bank',
    frame_failed:
      'Die Seite Ihrer Bank wurde nicht geladen. Es wurde nichts abgebucht. Versuchen Sie es erneut oder nehmen Sie eine andere Karte.',
    redirect_text:
      'Ihre Bank bestätigt diese Zahlung auf einer eigenen Seite. Danach kommen Sie hierher zurück.',
    redirect_button: 'Weiter zu Ihrer Bank',
    cancel: 'Abbrechen und andere Karte nehmen',
    checking: 'Rückfrage bei Ihrer Bank…',
  },
  processing: {
    title: 'Zahlung läuft · {shop}',
    heading: 'Ihre Zahlung wird verarbeitet',
    text: 'Bitte zahlen Sie nicht noch einmal. Diese Seite aktualisiert sich selbst. Sie können sie schließen: Die Zahlung läuft weiter.',
  },
  paid: {
    title: 'Bezahlt · {shop}',
    heading: 'Vielen Dank, Ihre Zahlung ist abgeschlossen',
    text: 'Sie haben {amount} an {shop} bezahlt.',
    confirming: 'Bestätigung durch {shop}…',
    receipt: {
      amount: 'Bezahlter Betrag',
      shop: 'Empfänger',
      card: 'Karte',
      time: 'Datum',
      email: 'E-Mail',
      transaction: 'Transaktion',
      order: 'Bestellung',
      statement: 'Auf Ihrer Abrechnung',
      print: 'Drucken',
      send: 'Beleg per E-Mail senden',
      sent: 'Der Beleg ist unterwegs an {email}.',
      send_failed:
        'Der Beleg konnte nicht gesendet werden. Drucken Sie diese Seite oder versuchen Sie es erneut.',
    },
  },
  already_paid: {
    title: 'Bereits bezahlt · {shop}',
    heading: 'Hier ist schon bezahlt worden',
    text: '{amount} wurden an {shop} bezahlt. Es wird nichts weiter abgebucht.',
  },
  receipt: {
    title: 'Beleg · {shop}',
    heading: 'Beleg',
    text: 'Bezahlt am {time}',
  },
  failed: {
    title: 'Zahlung nicht abgeschlossen · {shop}',
    heading: 'Die Zahlung wurde nicht abgeschlossen',
    text: 'Auf dieser Seite sind keine weiteren Versuche möglich. Es wurde nichts abgebucht. Um es erneut zu versuchen, beginnen Sie den Bezahlvorgang bei {shop} neu.',
  },
  expired: {
    title: 'Seite abgelaufen · {shop}',
    heading: 'Diese Zahlungsseite ist abgelaufen',
    text: 'Es wurde nichts abgebucht. Um zu zahlen, gehen Sie zurück zu {shop} und beginnen Sie den Bezahlvorgang neu.',
  },
  unknown: {
    title: 'Seite nicht gefunden',
    heading: 'Diese Zahlungsseite gibt es nicht',
    text: 'Prüfen Sie, ob die Adresse vollständig ist, oder beginnen Sie den Bezahlvorgang im Shop neu. Hier wurde nichts abgebucht.',
  },
  mail: {
    subject: 'Ihr Beleg von {shop}',
    heading: 'Vielen Dank für Ihre Zahlung',
    text: 'Sie haben {amount} an {shop} bezahlt.',
    view: 'Beleg online ansehen',
    reason: 'Sie erhalten diese Nachricht, weil {email} für den Beleg dieser Zahlung angegeben wurde.',
  },
  panel: {
    heading: 'Testbereich',
    fill: 'Karte eintragen',
    pays: 'Zahlt',
    declined: 'Wird abgelehnt',
    no_funds: 'Ist nicht gedeckt',
    three_ds: 'Karte mit 3-D Secure eintragen',
    bank_asks: 'Bank fragt auf dieser Seite',
    bank_page: 'Bank fragt auf eigener Seite',
    bank_refuses: 'Bank lehnt ab',
    expire: 'Jetzt ablaufen lassen',
    expire_ask: 'Diese Sitzung ablaufen lassen?',
    yes: 'Ja',
    no: 'Nein',
    session: 'API-Aufruf dieser Sitzung kopieren',
  },
}
