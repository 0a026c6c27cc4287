/** What went wrong, without what may hold a secret: causes, URLs, stacks. */
export function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const line = text.split('\n')[0]?.slice(0, 300) ?? ''
  return line === '' ? 'It failed without a reason.' : /[.!?]$/.test(line) ? line : `${line}.`
}
