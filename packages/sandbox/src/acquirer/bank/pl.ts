import type { BankTexts } from './texts.ts'

export const pl: BankTexts = {
  dir: 'ltr',
  title: 'Bank testowy: potwierdź płatność',
  bank: 'Bank testowy',
  question: 'Czy to Twoja płatność?',
  shop: 'Sklep',
  amount: 'Kwota',
  card: 'Karta',
  yes: 'Tak, to ja',
  yes_does: 'Płatność będzie kontynuowana.',
  no: 'Nie, zatrzymaj tę płatność',
  no_does: 'Płatność kończy się tutaj. Nic nie zostanie pobrane.',
  thanks: 'Dziękujemy. Wracasz do sklepu.',
  unreachable: 'Nie udało się połączyć z bankiem. Spróbuj ponownie.',
  answered: 'Na to pytanie już odpowiedziano',
  go_back: 'Możesz wrócić do sklepu.',
  script_needed: 'Bank testowy potrzebuje JavaScriptu, aby przyjąć odpowiedź.',
}
