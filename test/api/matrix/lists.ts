import { type Call, bytesOf } from './call.ts'
import type { Route } from './document.ts'
import { plainProbes } from './walk.ts'

/**
 * What every readable route without an id in its path answers to each key, before and after `seed` makes objects of
 * someone else. Returns the answers that changed: they show what they should not.
 */
export async function changedBy(
  call: Call,
  routes: readonly Route[],
  keys: Readonly<Record<string, string>>,
  seed: () => Promise<void>,
): Promise<string[]> {
  const readable = routes.filter(
    ({ method, slots }) => method === 'GET' && !slots.some((slot) => slot.in === 'path'),
  )
  const probes = readable.flatMap(plainProbes)
  const ask = () =>
    Promise.all(
      Object.entries(keys).flatMap(([who, key]) =>
        probes.map(async ({ name, fill }) => ({
          name: `${name} to ${who}`,
          bytes: bytesOf(await call({ ...fill({}, ''), key })),
        })),
      ),
    )
  const before = await ask()
  await seed()
  const after = await ask()
  return before
    .filter(({ bytes }, index) => bytes !== after[index]?.bytes)
    .map(({ name }) => `${name}: shows objects of someone else`)
}
