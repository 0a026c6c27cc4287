import type { BankTexts } from './texts.ts'

export const pt: BankTexts = {
  dir: 'ltr',
  title: 'Banco de teste: confirmar um pagamento',
  bank: 'Banco de teste',
  question: 'Este pagamento é seu?',
  shop: 'Loja',
  amount: 'Valor',
  card: 'Cartão',
  yes: 'Sim, sou eu',
  yes_does: 'O pagamento continua.',
  no: 'Não, interromper este pagamento',
  no_does: 'O pagamento termina aqui. Nada é cobrado.',
  thanks: 'Obrigado. Você está voltando para a loja.',
  unreachable: 'Não foi possível falar com o banco. Tente de novo.',
  answered: 'Esta pergunta já foi respondida',
  go_back: 'Você pode voltar para a loja.',
  script_needed: 'O banco de teste precisa de JavaScript para a sua resposta.',
}
