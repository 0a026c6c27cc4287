/** A quoted text: a string, or a template up to its first `${`. `at` is the position of the opening quote. */
export type Quoted = { readonly at: number; readonly text: string }

/** A file as the rules read it. */
export type Source = {
  readonly path: string
  readonly text: string
  /** The text with comments, strings, templates and regular expressions blanked; positions and lines stay. */
  readonly code: string
  readonly quoted: readonly Quoted[]
}

const COMMENT = /\/\/.*|\/\*[^]*?\*\//y
const STRING = /'(?:\\[^]|[^'\\\n])*'|"(?:\\[^]|[^"\\\n])*"/y
// From a backtick, or from the brace that ends an interpolation, to the next interpolation or the end.
const TEMPLATE = /[`}](?:\\[^]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y
// What may stand before a regular expression; after anything else a slash divides.
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|case|of|in|throw|typeof))$/

/** Splits TypeScript text into code and quoted text. A tokeniser, no parser: it knows only what a quote can hide. */
export function readSource(path: string, text: string): Source {
  const quoted: Quoted[] = []
  const chars = text.split('')
  const braces: ('block' | 'template')[] = []
  let end = 0
  const match = (pattern: RegExp, at: number) => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  const blank = (from: number, to: number) => {
    for (let at = from; at < to; at++) if (chars[at] !== '\n') chars[at] = ' '
  }
  for (let at = 0; at < text.length; ) {
    const char = text[at]!
    const comment = char === '/' && match(COMMENT, at)
    if (comment) {
      blank(at, (at += comment.length))
      continue
    }
    const closes = char === '}' ? braces.pop() : null
    const template = (char === '`' || closes === 'template') && match(TEMPLATE, at)
    const string = (char === "'" || char === '"') && match(STRING, at)
    const regex =
      char === '/' && BEFORE_REGEX.test(text.slice(Math.max(0, end - 10), end)) && match(REGEX, at)
    if (char === '{') braces.push('block')
    if (template && template.endsWith('${')) braces.push('template')
    if (string || char === '`')
      quoted.push({ at, text: (string || template || '').replace(/^.|(?:\$\{|.)$/g, '') })
    const length = (template || string || regex || char).length
    // The quotes stay: rules find a quoted text by the code before it.
    blank(at + 1, at + length - 1)
    at += length
    if (/\S/.test(char)) end = at
  }
  return { path, text, code: chars.join(''), quoted }
}

/** Number of the line that holds position `at`, from 1. */
export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}
