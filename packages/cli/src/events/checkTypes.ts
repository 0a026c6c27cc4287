import type { ListEventsParams, Skiro } from 'skiro'

/** Has the gateway judge the types: a mistyped one would mean silence for ever. @throws InvalidRequestError */
export async function checkTypes(skiro: Skiro, types: readonly string[], signal: AbortSignal): Promise<void> {
  for (const type of types)
    await skiro.events.list({ type: type as ListEventsParams['type'], limit: 1 }, { signal })
}
