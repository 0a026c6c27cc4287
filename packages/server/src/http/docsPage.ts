import { createHash } from 'node:crypto'
import { ERRORS } from '../lib/errors.ts'

const STYLE = `:root{color-scheme:light dark;font:16px/1.55 system-ui,sans-serif}body{max-width:46rem;margin:3rem auto;padding:0 1rem}
h2{margin-top:2.5rem}code{font:.9em ui-monospace,monospace}td,th{padding:.35rem .6rem;text-align:start;vertical-align:top;border-bottom:1px solid #8884}
table{border-collapse:collapse;width:100%}b{display:inline-block;min-width:3.5rem}`

type Operation = { summary?: string; description?: string }

/** A page of every call and every error code. Needs no network and no script. */
export function renderDocs(document: object): string {
  const paths = (document as { paths?: Record<string, Record<string, Operation>> }).paths ?? {}
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        `<tr><td><b>${escape(method.toUpperCase())}</b> <code>${escape(path)}</code></td><td>${escape(operation.summary ?? '')}<br>${escape(operation.description ?? '')}</td></tr>`,
    ),
  )
  const errors = Object.entries(ERRORS).map(
    ([code, { status, message }]) =>
      `<tr id="error-${escape(code)}"><td><code>${escape(code)}</code></td><td>${status}</td><td>${escape(message)}</td></tr>`,
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Skiro API</title><style>${STYLE}</style></head><body><h1>Skiro API</h1>
<p>JSON over HTTP with <code>Authorization: Bearer sk_test_…</code>. The full description is <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<h2>Calls</h2><table>${calls.join('')}</table>
<h2>Errors</h2><p>Every error is <code>{ error, message, param?, request_id, doc_url }</code>.</p>
<table><tr><th>code</th><th>status</th><th>what to do</th></tr>${errors.join('')}</table></body></html>`
}

renderDocs.styleHash = createHash('sha256').update(STYLE).digest('base64')

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
