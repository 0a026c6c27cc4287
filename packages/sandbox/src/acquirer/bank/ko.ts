import type { BankTexts } from './texts.ts'

export const ko: BankTexts = {
  dir: 'ltr',
  title: '테스트 은행: 결제 확인',
  bank: '테스트 은행',
  question: '본인이 하신 결제인가요?',
  shop: '상점',
  amount: '금액',
  card: '카드',
  yes: '네, 본인입니다',
  yes_does: '결제가 계속됩니다.',
  no: '아니요, 결제를 중단합니다',
  no_does: '결제가 여기서 끝나며 청구되지 않습니다.',
  thanks: '감사합니다. 상점으로 돌아갑니다.',
  unreachable: '은행에 연결할 수 없습니다. 다시 시도해 주세요.',
  answered: '이미 답변한 질문입니다',
  go_back: '상점으로 돌아가셔도 됩니다.',
  script_needed: '테스트 은행에 답하려면 JavaScript가 필요합니다.',
}
