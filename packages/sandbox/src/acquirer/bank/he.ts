import type { BankTexts } from './texts.ts'

export const he: BankTexts = {
  dir: 'rtl',
  title: 'בנק הבדיקות: אישור תשלום',
  bank: 'בנק הבדיקות',
  question: 'האם התשלום הזה שלך?',
  shop: 'חנות',
  amount: 'סכום',
  card: 'כרטיס',
  yes: 'כן, זה התשלום שלי',
  yes_does: 'התשלום ממשיך.',
  no: 'לא, לעצור את התשלום',
  no_does: 'התשלום נעצר כאן. לא תחויב בדבר.',
  thanks: 'תודה. חוזרים עכשיו לחנות.',
  unreachable: 'לא ניתן היה להגיע לבנק. יש לנסות שוב.',
  answered: 'השאלה הזו כבר נענתה',
  go_back: 'אפשר לחזור לחנות.',
  script_needed: 'בנק הבדיקות זקוק ל-JavaScript כדי לקבל את התשובה.',
}
