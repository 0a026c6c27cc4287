import { type Html, html } from '../../page/html.ts'

const TITLES: Readonly<Record<string, string>> = { sh: 'Shell', ts: 'TypeScript', json: 'JSON', http: 'HTTP' }

// Text and comments first: what looks like a number or a word inside of them is none.
const TOKENS: Readonly<Record<string, RegExp>> = {
  json: /(?<key>"(?:[^"\\]|\\.)*")(?=\s*:)|(?<text>"(?:[^"\\]|\\.)*")|(?<value>\b(?:true|false|null)\b|-?\b\d[\d.]*\b)/g,
  ts: /(?<note>(?<=^|\s)\/\/.*$)|(?<text>'(?:[^'\\]|\\.)*')|(?<word>\b(?:const|await|import|from|new|for|of)\b)|(?<value>\b(?:true|false|null)\b|\b\d[\d.]*\b)|(?<key>\b\w+(?=:))/gm,
  sh: /(?<note>^#.*$)|(?<text>'[^']*'|"[^"]*")|(?<word>\b(?:curl|export)\b)|(?<key>(?<=\s)-\w\b)/gm,
  http: /(?<key>^[\w-]+(?=:))/gm,
}

/** A block of code with its language as a title. The script adds a button that copies it. */
export function codeBlock(source: string, language: string, title = TITLES[language] ?? ''): Html {
  return html`<figure class="code" data-lang="${language}"><figcaption>${title}</figcaption>
<pre tabindex="0"><code>${highlight(source, language)}</code></pre></figure>`
}

/** JSON as people read it: short arrays and objects are not spread over lines that say little. */
export function prettyJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/\[\n\s+("[^"\n]*"|[\d.]+)\n\s+\]/g, '[$1]')
}

function highlight(source: string, language: string): Html {
  const pattern = TOKENS[language]
  if (!pattern) return html`${source}`
  const parts: Html[] = []
  let at = 0
  for (const found of source.matchAll(pattern)) {
    const [kind] = Object.entries(found.groups ?? {}).find(([, text]) => text !== undefined) ?? ['text']
    parts.push(html`${source.slice(at, found.index)}<span class="t-${kind}">${found[0]}</span>`)
    at = found.index + found[0].length
  }
  return html`${parts}${source.slice(at)}`
}
