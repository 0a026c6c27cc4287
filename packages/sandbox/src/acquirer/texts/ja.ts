import type { FrameTexts } from './texts.ts'

export const ja: FrameTexts = {
  lang: 'ja',
  dir: 'ltr',
  title: 'カード情報',
  number: 'カード番号',
  exp: '有効期限',
  csc: 'セキュリティコード',
  name: 'カード名義',
  exp_hint: '月 / 年',
  script_needed:
    'カード情報の入力には JavaScript が必要です。これにより、カード情報がショップに渡ることはありません。',
  missing_number: 'カード番号を入力してください。',
  incomplete_number: 'カード番号を最後まで入力してください。',
  incorrect_number: 'カード番号をご確認ください。数字に誤りがあります。',
  missing_expiry: '有効期限を入力してください。',
  incomplete_expiry: '有効期限を月と年で入力してください（例：08 / 29）。',
  invalid_expiry: '有効期限の月と年をご確認ください。',
  expired_card: 'このカードの有効期限は切れています。別のカードをご利用ください。',
  missing_csc: 'カード裏面の 3 桁の数字を入力してください。',
  incomplete_csc: 'セキュリティコードを 3 桁すべて入力してください。',
  missing_csc_4: 'カード表面の 4 桁の数字を入力してください。',
  incomplete_csc_4: 'セキュリティコードを 4 桁すべて入力してください。',
  missing_name: 'カード名義を入力してください。',
  send_failed: 'カード情報を送信できませんでした。接続を確認して、もう一度お試しください。',
}
