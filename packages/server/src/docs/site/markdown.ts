import { type Html, html, raw } from '../../page/html.ts'
import { codeBlock } from './code.ts'

/**
 * The part of CommonMark and GitHub's tables that our guides and descriptions use: headings, paragraphs, lists, tables,
 * fenced code, and inside of text `code`, **strong** and [links](#paging). Headings get ids, so that they can be linked.
 * Only for texts of our own: it is no judge of foreign ones, though it escapes everything.
 */
export function markdown(text: string): Html {
  return html`${blocksOf(text).map(block)}`
}

/** What empty lines part, but for those inside of a fence. */
function blocksOf(text: string): string[] {
  const blocks: string[] = []
  let lines: string[] = []
  let fenced = false
  for (const line of [...text.trim().split('\n'), '']) {
    if (line.startsWith('```')) fenced = !fenced
    if (line !== '' || fenced) lines.push(line)
    else if (lines.length > 0) {
      blocks.push(lines.join('\n'))
      lines = []
    }
  }
  return blocks
}

/** Text within a paragraph. */
export function inline(text: string): Html {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)\s]+\))/)
  return html`${parts.map(span)}`
}

/** What a heading is linked by: `Lists and paging` is `lists-and-paging`. */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

function block(text: string): Html {
  const heading = /^(#{1,3}) (.+)$/.exec(text)
  if (heading) return headingOf(heading[1]?.length ?? 1, heading[2] ?? '')
  const fence = /^```(\w*)\n([^]*?)\n```$/.exec(text)
  if (fence) return codeBlock(fence[2] ?? '', fence[1] ?? '')
  const lines = text.split('\n')
  if (lines.every((line) => line.startsWith('- '))) {
    return html`<ul>${lines.map((line) => html`<li>${inline(line.slice(2))}</li>`)}</ul>`
  }
  if (lines.every((line) => /^\d+\. /.test(line))) {
    return html`<ol>${lines.map((line) => html`<li>${inline(line.replace(/^\d+\. /, ''))}</li>`)}</ol>`
  }
  if (text.startsWith('|')) return table(lines)
  return html`<p>${inline(text)}</p>`
}

function headingOf(level: number, text: string): Html {
  const id = slug(text)
  const link = html`<a class="anchor" href="#${id}">${inline(text)}</a>`
  if (level === 1) return html`<h2 id="${id}">${link}</h2>`
  return html`<h3 id="${id}">${link}</h3>`
}

function table([head = '', , ...rows]: string[]): Html {
  const cells = (line: string) =>
    line
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => cell.trim())
  return html`<div class="scroll" tabindex="0"><table>
<thead><tr>${cells(head).map((cell) => html`<th scope="col">${inline(cell)}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row).map((cell) => html`<td>${inline(cell)}</td>`)}</tr>`)}</tbody>
</table></div>`
}

function span(part: string): Html {
  if (/^`[^`]+`$/.test(part)) return html`<code>${part.slice(1, -1)}</code>`
  if (/^\*\*[^*]+\*\*$/.test(part)) return html`<strong>${part.slice(2, -2)}</strong>`
  const [, text, href] = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(part) ?? []
  if (text !== undefined && href !== undefined && /^(?:#|\/|https:)/.test(href))
    return html`<a href="${href}">${inline(text)}</a>`
  // A soft line break is a blank.
  return part === '' ? raw('') : html`${part.replaceAll('\n', ' ')}`
}
