import type { PageTexts } from './texts.ts'

export const en: PageTexts = {
  name: 'English',
  dir: 'ltr',
  language_label: 'Language',
  powered_by: 'Powered by Skiro',
  contact: 'Questions? Write to {email}',
  back_to_shop: 'Return to {shop}',
  go_to_shop: 'Go to {shop}',
  the_shop: 'the shop',
  test_badge: 'Test mode',
  test_hint: 'No money moves here. Any future date and security code will do with the card {card}',
  test_copy: 'Copy the test card number',
  open: {
    title: 'Pay {shop}',
    email: 'Email',
    email_optional: 'Optional',
    card: 'Card details',
    frame_title: 'Card number, expiry date and security code',
    frame_failed:
      'The card fields did not load. You have not been charged. Check your connection and try again.',
    frame_retry: 'Try again',
    pay_button: 'Pay {amount}',
    card_privacy:
      'Your card details are encrypted and go straight to the card processor. {shop} never sees them.',
    script_needed:
      'To pay here, turn JavaScript on and reload the page. The card fields need it: they belong to the card processor, so that nobody else sees your card number.',
  },
  live: {
    email_invalid: 'Enter a complete email address, such as name@example.com.',
    paying: 'Processing…',
    checking:
      'We could not reach the server. As far as we know you have not been charged. We are checking, please wait…',
    not_charged: 'The payment did not go through and you have not been charged. Please try again.',
    expires_in: 'This page expires in {time}',
    copied: 'Copied',
  },
  declines: {
    card_declined: 'Your card was declined. Check the details, or use a different card.',
    insufficient_funds: 'Your card does not have enough funds for this payment. Use a different card.',
    expired_card: 'Your card has expired. Use a different card.',
    incorrect_cvc: 'The security code is not right. Enter it again.',
    processing_error: 'The payment could not be processed. You have not been charged. Please try again.',
    authentication_failed: 'Your bank could not confirm that it is you. Try again, or use a different card.',
  },
  processing: {
    title: 'Payment in progress · {shop}',
    heading: 'Your payment is being processed',
    text: 'Please do not pay again. This page updates by itself, and you can close it: the payment goes on without it.',
  },
  paid: {
    title: 'Paid · {shop}',
    heading: 'Thank you, your payment is complete',
    text: 'You paid {amount} to {shop}.',
    confirming: 'Confirming with {shop}…',
    receipt: {
      amount: 'Amount paid',
      shop: 'Paid to',
      card: 'Card',
      time: 'Date',
      email: 'Email',
      transaction: 'Transaction',
    },
  },
  failed: {
    title: 'Payment not completed · {shop}',
    heading: 'The payment was not completed',
    text: 'No more attempts are possible on this page. You have not been charged. To try again, start a new checkout at {shop}.',
  },
  expired: {
    title: 'Page expired · {shop}',
    heading: 'This payment page has expired',
    text: 'Nothing was charged. To pay, go back to {shop} and start the checkout again.',
  },
  unknown: {
    title: 'Page not found',
    heading: 'We cannot find this payment page',
    text: 'Check that the address is complete, or go back to the shop and start the checkout again. Nothing was charged here.',
  },
}
