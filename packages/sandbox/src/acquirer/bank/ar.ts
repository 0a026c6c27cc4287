import type { BankTexts } from './texts.ts'

export const ar: BankTexts = {
  dir: 'rtl',
  title: 'بنك الاختبار: تأكيد عملية دفع',
  bank: 'بنك الاختبار',
  question: 'هل هذه الدفعة منك؟',
  shop: 'المتجر',
  amount: 'المبلغ',
  card: 'البطاقة',
  yes: 'نعم، هذا أنا',
  yes_does: 'تستمر عملية الدفع.',
  no: 'لا، أوقف هذه الدفعة',
  no_does: 'تتوقف عملية الدفع هنا ولا يُخصم أي مبلغ.',
  thanks: 'شكرًا. ستعود الآن إلى المتجر.',
  unreachable: 'تعذّر الوصول إلى البنك. حاول مرة أخرى.',
  answered: 'تمت الإجابة عن هذا السؤال',
  go_back: 'يمكنك العودة إلى المتجر.',
  script_needed: 'يحتاج بنك الاختبار إلى JavaScript لإرسال إجابتك.',
}
