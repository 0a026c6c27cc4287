import type { BankTexts } from './texts.ts'

export const en: BankTexts = {
  dir: 'ltr',
  title: 'Test Bank: confirm a payment',
  bank: 'Test Bank',
  question: 'Is this payment yours?',
  shop: 'Shop',
  amount: 'Amount',
  card: 'Card',
  yes: 'Yes, it is me',
  yes_does: 'The payment goes on.',
  no: 'No, stop this payment',
  no_does: 'The payment ends here. Nothing is charged.',
  thanks: 'Thank you. You are taken back to the shop.',
  unreachable: 'The bank could not be reached. Try again.',
  answered: 'This question has been answered',
  go_back: 'You can go back to the shop.',
  script_needed: 'The test bank needs JavaScript for its answer.',
}
