/** The groups of calls, in the order of the documents. A route names one in its schema's `tags`. */
export const TAGS = [
  {
    name: 'Checkout sessions',
    description:
      'A session is one amount that one customer is asked to pay on a hosted page. Create it on your server and send the customer to its `url`.',
  },
  {
    name: 'Transactions',
    description:
      'One attempt to charge a card, and what became of the money: the fee, the rate, the crypto you receive.',
  },
  {
    name: 'Payouts',
    description: 'Crypto on its way to your wallet. Every captured transaction is paid out once.',
  },
  {
    name: 'Webhook endpoints',
    description: 'Where your events are posted to, and the secrets that sign them.',
  },
  {
    name: 'Events',
    description: 'What happened, in order. Read here what your endpoint missed.',
  },
  { name: 'Merchant', description: 'The account that an API key belongs to, and its settings.' },
  {
    name: 'Test helpers',
    description: 'What a customer or the world outside does, for your tests. They take test keys only.',
  },
] as const satisfies readonly { name: string; description: string }[]
