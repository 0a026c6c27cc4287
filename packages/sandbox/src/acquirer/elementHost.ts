import { createServer } from 'node:http'
import { KEYS } from './harness.ts'

/** A host page as small as can be: it frames a page of the acquirer's and keeps every message from its exact origin. */
const hostHtml = (frameUrl: string) => `<!doctype html><meta name="color-scheme" content="light dark">
<body style="margin:24px;max-width:440px"><iframe title="Card details" allow="autofill" src="${frameUrl}"
style="border:0;width:100%;height:330px"></iframe><script>
window.messages = []
const frame = document.querySelector('iframe')
window.tell = (message) => frame.contentWindow.postMessage(message, new URL(frame.src).origin)
addEventListener('message', (event) => {
  if (event.source !== frame.contentWindow || event.origin !== new URL(frame.src).origin) return
  window.messages.push(event.data)
  if (event.data.type === 'skiro:height') frame.style.height = event.data.height + 'px'
})
</script>`

/**
 * Serves the host page, for the tests of the card fields. `?parent=` names another parent than the page really is,
 * `?locale=` a language, `?frame=` another page than the card fields to frame.
 */
export async function startElementHost(
  acquirerUrl: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const parent = `http://${request.headers.host}`
    const query = new URL(request.url ?? '/', parent).searchParams
    const asked = query.get('parent') ?? parent
    const locale = query.get('locale') ?? 'en'
    const card = { key: KEYS.publishable_key, session: 'cs_1', parent_origin: asked, locale }
    response.setHeader('content-type', 'text/html; charset=utf-8')
    const fields = `${acquirerUrl}/element?${new URLSearchParams(card).toString()}`
    response.end(hostHtml(query.get('frame') ?? fields))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
