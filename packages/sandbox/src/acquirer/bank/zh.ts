import type { BankTexts } from './texts.ts'

export const zh: BankTexts = {
  dir: 'ltr',
  title: '测试银行：确认付款',
  bank: '测试银行',
  question: '这笔付款是您本人的吗？',
  shop: '商店',
  amount: '金额',
  card: '银行卡',
  yes: '是，是我本人',
  yes_does: '付款将继续。',
  no: '不是，停止付款',
  no_does: '付款到此为止，不会扣款。',
  thanks: '谢谢。正在返回商店。',
  unreachable: '无法连接银行，请重试。',
  answered: '此问题已有回答',
  go_back: '您可以返回商店。',
  script_needed: '测试银行需要 JavaScript 才能提交您的回答。',
}
