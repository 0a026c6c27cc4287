import type { FrameTexts } from './texts.ts'

export const pt: FrameTexts = {
  lang: 'pt-BR',
  dir: 'ltr',
  title: 'Dados do cartão',
  number: 'Número do cartão',
  exp: 'Data de validade',
  csc: 'Código de segurança',
  name: 'Nome no cartão',
  exp_hint: 'MM / AA',
  script_needed:
    'Os dados do cartão só podem ser digitados com JavaScript, que os mantém fora do alcance da loja.',
  missing_number: 'Digite o número do cartão.',
  incomplete_number: 'Digite o número completo do cartão.',
  incorrect_number: 'Confira o número do cartão: há um dígito errado.',
  missing_expiry: 'Digite a data de validade.',
  incomplete_expiry: 'Digite o mês e o ano de validade, por exemplo 08 / 29.',
  invalid_expiry: 'Confira o mês e o ano de validade.',
  expired_card: 'Este cartão está vencido. Use outro cartão.',
  missing_csc: 'Digite os 3 dígitos do verso do cartão.',
  incomplete_csc: 'Digite os 3 dígitos do código de segurança.',
  missing_csc_4: 'Digite os 4 dígitos da frente do cartão.',
  incomplete_csc_4: 'Digite os 4 dígitos do código de segurança.',
  missing_name: 'Digite o nome que está no cartão.',
  send_failed: 'Não foi possível enviar os dados do cartão. Verifique sua conexão e tente novamente.',
}
