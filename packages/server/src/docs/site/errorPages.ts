import { type Html, html } from '../../page/html.ts'
import { ERRORS, type ErrorCode } from '../../lib/errors.ts'
import { ERROR_TEXTS } from '../errors/texts.ts'
import { errorExample } from '../openapi/errorAnswers.ts'
import { codeBlock, prettyJson } from './code.ts'
import { inline } from './markdown.ts'

export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[]

/** All codes in a table, each linked to its page. */
export function errorTable(): Html {
  return html`<div class="scroll" tabindex="0"><table class="errors"><thead><tr><th scope="col">status</th><th scope="col">code</th><th scope="col">what to do</th><th scope="col">retry</th></tr></thead>
<tbody>${ERROR_CODES.map((code) => {
    const { status, message } = ERRORS[code]
    return html`<tr id="error-${code}"><td><span class="status">${status}</span></td><td><a href="/docs/errors/${code}"><code>${code}</code></a></td><td>${inline(message)}</td><td>${ERROR_TEXTS[code].retry.helps ? 'yes' : 'no'}</td></tr>`
  })}</tbody></table></div>`
}

/** The page that `doc_url` of an error leads to. */
export function errorPage(code: ErrorCode, public_url: string): Html {
  const { status, message } = ERRORS[code]
  const { means, fix, retry } = ERROR_TEXTS[code]
  return html`<article class="error-page"><p><a href="/docs#errors">All errors</a></p>
<h1><code>${code}</code></h1><p class="lead"><span class="status">${status}</span> ${inline(message)}</p>
<h2>What it means</h2><p>${inline(means)}</p>
<h2>What to do</h2><p>${inline(fix)}</p>
<h2>Does it help to try again?</h2><p><strong>${retry.helps ? 'It can.' : 'No.'}</strong> ${inline(retry.text)}</p>
<h2>Example</h2>${codeBlock(`HTTP/1.1 ${status}\n${prettyJson(errorExample(code, public_url))}`, 'json', 'Answer')}</article>`
}
