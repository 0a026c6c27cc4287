import type { BankTexts } from './texts.ts'

export const ja: BankTexts = {
  dir: 'ltr',
  title: 'テスト銀行：お支払いの確認',
  bank: 'テスト銀行',
  question: 'このお支払いはご本人によるものですか？',
  shop: 'ショップ',
  amount: '金額',
  card: 'カード',
  yes: 'はい、本人です',
  yes_does: 'お支払いを続けます。',
  no: 'いいえ、中止します',
  no_does: 'お支払いはここで終わり、請求はされません。',
  thanks: 'ありがとうございます。ショップに戻ります。',
  unreachable: '銀行に接続できませんでした。もう一度お試しください。',
  answered: 'この質問にはすでに回答済みです',
  go_back: 'ショップに戻ることができます。',
  script_needed: 'テスト銀行での回答には JavaScript が必要です。',
}
