/** What the banner tells. */
export interface BannerFacts {
  seconds: number
  api_url: string
  shop_url: string
  mailbox_url: string
  test_api_key: string
  state_dir: string
  log_files: string[]
}

/** The text a developer reads when the sandbox is ready: where to look and what to paste. */
export function banner(facts: BannerFacts): string {
  const body = {
    amount: 49.99,
    currency: 'USD',
    payout_currency: 'USDT',
    metadata: { order_id: 'ORD-2847' },
  }
  return `
Skiro is ready, after ${facts.seconds.toFixed(1)} s.

  Demo shop   ${facts.shop_url}   (its webhooks: ${facts.shop_url}/webhooks)
  Mailbox     ${facts.mailbox_url}   (receipts that the gateway mails)
  API         ${facts.api_url}   (docs: ${facts.api_url}/docs)
  Test key    ${facts.test_api_key}
  Test card   4242 4242 4242 4242, any future date, any CVC

Create a checkout session, then open its "url" and pay:

curl -sS ${facts.api_url}/v1/checkout \\
  -H 'Authorization: Bearer ${facts.test_api_key}' \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(body)}'

Or let it be paid, and see what happens: npx skiro trigger payout.completed

  Logs        ${facts.log_files.join(', ')}
  All values  ${facts.state_dir}/sandbox.json
  Operate     npx skiro-server doctor --env-file ${facts.state_dir}/gateway.env
  Stop        Ctrl-C (data are kept; begin anew: npm start -- --fresh)
`
}
