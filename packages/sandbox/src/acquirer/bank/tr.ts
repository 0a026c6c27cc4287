import type { BankTexts } from './texts.ts'

export const tr: BankTexts = {
  dir: 'ltr',
  title: 'Test Bankası: ödemeyi onaylayın',
  bank: 'Test Bankası',
  question: 'Bu ödemeyi siz mi yapıyorsunuz?',
  shop: 'Mağaza',
  amount: 'Tutar',
  card: 'Kart',
  yes: 'Evet, benim',
  yes_does: 'Ödeme devam eder.',
  no: 'Hayır, bu ödemeyi durdur',
  no_does: 'Ödeme burada biter. Hiçbir tutar çekilmez.',
  thanks: 'Teşekkürler. Mağazaya dönüyorsunuz.',
  unreachable: 'Bankaya ulaşılamadı. Tekrar deneyin.',
  answered: 'Bu soru zaten yanıtlandı',
  go_back: 'Mağazaya dönebilirsiniz.',
  script_needed: 'Test bankası yanıtınız için JavaScript gerektirir.',
}
