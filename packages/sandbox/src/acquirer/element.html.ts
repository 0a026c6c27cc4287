import { escapeHtml } from './html.ts'

type ElementPage = {
  readonly key: string
  readonly session: string
  readonly parent_origin: string
  readonly nonce: string
  readonly style: string
}

type FieldMarkup = {
  readonly id: 'number' | 'exp' | 'csc' | 'name'
  readonly label: string
  readonly autocomplete: string
  readonly placeholder: string
  readonly numeric: boolean
}

function fieldHtml({ id, label, autocomplete, placeholder, numeric }: FieldMarkup): string {
  const mode = numeric ? 'inputmode="numeric" dir="ltr"' : 'autocapitalize="words"'
  const brand = id === 'number' ? '<span class="brand" id="brand" aria-live="off"></span>' : ''
  return `<div class="field field-${id}">
  <label for="${id}">${label}</label>
  <div class="box"><input id="${id}" name="${autocomplete}" autocomplete="${autocomplete}" type="text" ${mode}
    placeholder="${placeholder}" enterkeyhint="go" spellcheck="false" autocorrect="off" required>${brand}</div>
  <p class="error" id="${id}-error" hidden></p>
</div>`
}

const FIELDS: readonly FieldMarkup[] = [
  {
    id: 'number',
    label: 'Card number',
    autocomplete: 'cc-number',
    placeholder: '1234 1234 1234 1234',
    numeric: true,
  },
  { id: 'exp', label: 'Expiry date', autocomplete: 'cc-exp', placeholder: 'MM / YY', numeric: true },
  { id: 'csc', label: 'Security code', autocomplete: 'cc-csc', placeholder: 'CVC', numeric: true },
  { id: 'name', label: 'Name on card', autocomplete: 'cc-name', placeholder: '', numeric: false },
]

/** The page in the iframe: four labelled fields. The script reads its settings from the form's data attributes. */
export function elementHtml({ key, session, parent_origin, nonce, style }: ElementPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Card details</title>
<style nonce="${nonce}">${style}</style>
<script type="module" nonce="${nonce}" src="/element/element.ts"></script>
</head>
<body>
<form id="card" novalidate data-key="${escapeHtml(key)}" data-session="${escapeHtml(session)}"
  data-parent-origin="${escapeHtml(parent_origin)}">
${FIELDS.map(fieldHtml).join('\n')}
</form>
<noscript>Card details can only be entered with JavaScript, which keeps them away from the shop.</noscript>
</body>
</html>
`
}
