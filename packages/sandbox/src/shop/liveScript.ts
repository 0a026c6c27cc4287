/**
 * Fetches the page again and swaps in what changed, so that there is one renderer and no template in the browser. What
 * is open stays open and what has the focus keeps it, by their ids.
 */
export const LIVE_SCRIPT = `
const live = document.getElementById('live'), status = document.getElementById('status')
function swap(fresh) {
  const open = [...live.querySelectorAll('details[open]')].map(({ id }) => id)
  const focused = live.contains(document.activeElement) ? document.activeElement.id : ''
  Object.assign(live.dataset, fresh.dataset)
  live.replaceChildren(...fresh.childNodes)
  for (const id of open) document.getElementById(id)?.setAttribute('open', '')
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })
}
async function refresh() {
  try {
    const answer = document.hidden ? null : await fetch(location.href)
    if (answer && answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      const fresh = page.getElementById('live')
      if (fresh.innerHTML !== shown) {
        shown = fresh.innerHTML
        swap(fresh)
        status.textContent = page.getElementById('status').textContent
      }
    }
  } catch {}
  setTimeout(refresh, live.dataset.final === 'true' ? 15000 : 1500)
}
let shown = live.innerHTML
setTimeout(refresh, 1500)
`
