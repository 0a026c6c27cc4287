import { endOfString, readString } from './parseJsonScan.ts'

/** A string in a JSON text and where it stands: `path` ends in the key itself, or leads to the value. */
export type JsonString = {
  readonly path: readonly (string | number)[]
  readonly text: string
  readonly is_key: boolean
  /** The key stands in its object a second time. */
  readonly repeated: boolean
}

type Level = { readonly keys: Set<string> | null; at: string | number; awaits_key: boolean }

/**
 * The strings of a JSON text in their order, or of the beginning of one that ends between two tokens. Only for saying
 * what is wrong with a body: it is slower than reading it.
 */
export function* stringsOf(json: string): Generator<JsonString, void> {
  const levels: Level[] = []
  const path = () => levels.map((level) => level.at)
  for (let i = 0; i < json.length; i++) {
    const char = json[i]
    const level = levels.at(-1)
    if (char === '{') levels.push({ keys: new Set(), at: '', awaits_key: true })
    else if (char === '[') levels.push({ keys: null, at: 0, awaits_key: false })
    else if (char === '}' || char === ']') levels.pop()
    else if (char === ',' && level) {
      level.awaits_key = level.keys !== null
      if (typeof level.at === 'number') level.at += 1
    } else if (char === '"') {
      const end = endOfString(json, i)
      const text = readString(json.slice(i, end + 1))
      i = end
      const keys = level?.awaits_key ? level.keys : null
      const repeated = keys?.has(text) ?? false
      if (level && keys) {
        level.at = text
        level.awaits_key = false
        keys.add(text)
      }
      yield { path: path(), text, is_key: keys !== null, repeated }
    }
  }
}
