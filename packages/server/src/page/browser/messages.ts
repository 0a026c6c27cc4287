/** Hears all messages: those that came before this script did, and the ones to come. */
export function onMessage(handler: (event: MessageEvent<unknown>) => void): void {
  for (const event of window.skiroEarly ?? []) handler(event)
  addEventListener('message', handler)
}
