/** What frames said before the script was there to hear it. */
declare global {
  interface Window {
    skiroEarly?: MessageEvent<unknown>[]
  }
}

window.skiroEarly = []
addEventListener('message', (event) => window.skiroEarly?.push(event))
