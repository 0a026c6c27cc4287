/** Every text of a language by its path, e.g. `paid.receipt.card`; for tests. */
export function flatten(texts: object, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') found.set(path + key, value)
    else for (const [inner, text] of flatten(value, `${path}${key}.`)) found.set(inner, text)
  }
  return found
}
