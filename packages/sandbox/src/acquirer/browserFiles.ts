import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'

/** The modules that the card page loads, by the name in their address. */
const MODULES = [
  'element.ts',
  'namedCards.ts',
  'challenge.ts',
  'cardNumber.ts',
  'checkCard.ts',
  'texts.ts',
  'typing.ts',
]

const read = (name: string) => readFileSync(new URL(`browser/${name}`, import.meta.url), 'utf8')

/** Node calls the function experimental on stderr at its first use, which would stand in the sandbox's greeting. */
function stripQuietly(source: string): string {
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(source)
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Browser code as the browser can run it: the sources with their types blanked out. No build step, no copy. */
export function loadBrowserFiles(): {
  modules: ReadonlyMap<string, string>
  style: string
  challengeStyle: string
} {
  return {
    modules: new Map(MODULES.map((name) => [name, stripQuietly(read(name))])),
    style: read('element.css'),
    challengeStyle: read('challenge.css'),
  }
}
