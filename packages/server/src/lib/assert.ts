/** Bugs, not errors: an assertion that fails means our own code is wrong, and the caller can do nothing about it. */
export class AssertionFailed extends Error {
  override name = 'AssertionFailed'
}

/** Throws AssertionFailed when `condition` is false. Never use it to check input: that is what SkiroError is for. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailed(message)
}

/** Marks a branch that the types say cannot happen. */
export function unreachable(value: never, message: string): never {
  throw new AssertionFailed(`${message}: ${String(value)}`)
}
