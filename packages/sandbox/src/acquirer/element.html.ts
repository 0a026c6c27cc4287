import { escapeHtml, headHtml } from './html.ts'
import type { FrameTexts } from './texts/texts.ts'

type ElementPage = {
  readonly key: string
  readonly session: string
  readonly parent_origin: string
  readonly nonce: string
  readonly style: string
  readonly texts: FrameTexts
}

type FieldMarkup = {
  readonly id: 'number' | 'exp' | 'csc' | 'name'
  readonly autocomplete: string
  readonly placeholder: string
  readonly numeric: boolean
}

/** Digits go from left to right in every language, and the brand stands behind them. */
function fieldHtml({ id, autocomplete, placeholder, numeric }: FieldMarkup, texts: FrameTexts): string {
  const mode = numeric ? 'inputmode="numeric"' : 'autocapitalize="words"'
  const direction = numeric ? ' dir="ltr"' : ''
  const brand = id === 'number' ? '<span class="brand" id="brand" aria-live="off"></span>' : ''
  return `<div class="field field-${id}">
  <label for="${id}">${escapeHtml(texts[id])}</label>
  <div class="box"${direction}><input id="${id}" name="${autocomplete}" autocomplete="${autocomplete}" type="text" ${mode}
    placeholder="${escapeHtml(placeholder)}" enterkeyhint="go" spellcheck="false" autocorrect="off" required>${brand}</div>
  <p class="error" id="${id}-error" hidden></p>
</div>`
}

const fieldsOf = (texts: FrameTexts): readonly FieldMarkup[] => [
  { id: 'number', autocomplete: 'cc-number', placeholder: '1234 1234 1234 1234', numeric: true },
  { id: 'exp', autocomplete: 'cc-exp', placeholder: texts.exp_hint, numeric: true },
  { id: 'csc', autocomplete: 'cc-csc', placeholder: 'CVC', numeric: true },
  { id: 'name', autocomplete: 'cc-name', placeholder: '', numeric: false },
]

/** The page in the iframe: four labelled fields. The script reads its settings and texts from the form's data attributes. */
export function elementHtml({ key, session, parent_origin, nonce, style, texts }: ElementPage): string {
  return `${headHtml({ lang: texts.lang, dir: texts.dir, title: texts.title, nonce, style, script: 'element' })}
<body>
<form id="card" novalidate data-key="${escapeHtml(key)}" data-session="${escapeHtml(session)}"
  data-parent-origin="${escapeHtml(parent_origin)}" data-texts="${escapeHtml(JSON.stringify(texts))}">
${fieldsOf(texts)
  .map((field) => fieldHtml(field, texts))
  .join('\n')}
</form>
<noscript>${escapeHtml(texts.script_needed)}</noscript>
</body>
</html>
`
}
