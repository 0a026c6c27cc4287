import { type Html, html } from '../shop/html.ts'
import { when } from '../shop/time.ts'
import type { Letter } from './letters.ts'

/** The list of all mails. */
export function listPage(letters: readonly Letter[], shop_url: string | undefined): Html {
  return layout(
    'Mailbox',
    shop_url,
    html`<h1>Mailbox</h1>
<p class="soft">Every mail of this demo ends here, whoever it is for. Nothing leaves this computer.</p>
${letters.length === 0 && html`<p class="note">No mail yet. Pay in the demo shop with an e-mail address.</p>`}
<ul class="plain">${letters.map(
      ({ id, subject, from, envelope, received_at }) =>
        html`<li class="card"><a href="/mails/${id}"><b><bdi>${subject || 'No subject'}</bdi></b></a>
<p class="soft"><bdi>${from.name}</bdi> to <bdi>${envelope.to.join(', ')}</bdi> · ${when(received_at)}</p></li>`,
    )}</ul>`,
  )
}

/**
 * One mail. Its HTML is shown in a frame that may do nothing but open links: it is served apart, with a policy of its
 * own, so neither a mistake here nor one in a mail runs anything.
 */
export function letterPage(letter: Letter, shop_url: string | undefined): Html {
  const { id, subject, from, reply_to, envelope, message_id, received_at } = letter
  const facts: [string, string | null][] = [
    ['From', `${from.name} <${from.address}>`],
    ['To', envelope.to.join(', ')],
    ['Reply-To', reply_to],
    ['Message-ID', message_id],
  ]
  return layout(
    subject || 'No subject',
    shop_url,
    html`<p><a href="/">All mails</a></p>
<h1><bdi>${subject || 'No subject'}</bdi></h1>
<dl>${facts.map(([name, value]) => value && html`<dt>${name}</dt><dd><bdi>${value}</bdi></dd>`).filter((row) => typeof row === 'object' && row !== null)}
<dt>Received</dt><dd>${when(received_at)}</dd></dl>
${letter.html !== null && html`<section class="card"><h2>HTML</h2><iframe title="The mail as HTML" src="/mails/${id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe></section>`}
<section class="card"><h2>Text</h2><pre dir="auto">${withLinks(letter.text)}</pre></section>
<section class="card"><details><summary>Headers</summary><pre>${letter.headers.map(({ name, value }) => `${name}: ${value}`).join('\n')}</pre></details></section>`,
  )
}

function withLinks(text: string): Html[] {
  return text
    .split(/(https?:\/\/[^\s\u2068\u2069]+)/)
    .map((part, place) =>
      place % 2 === 1 ? html`<a href="${part}" rel="noreferrer">${part}</a>` : html`${part}`,
    )
}

function layout(title: string, shop_url: string | undefined, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Demo mailbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body><header><a class="brand" href="/">Demo <span>mailbox</span></a>${shop_url !== undefined && html`<nav><a href="${shop_url}">Back to the shop</a></nav>`}</header><main>${body}</main></body>
</html>
`
}
