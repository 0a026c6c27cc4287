/** What the documents gain by a script: a search in the contents, and buttons that copy code. */
addSearch()
addCopyButtons()
closeMenuOnLeave()

function addSearch(): void {
  const box = document.querySelector<HTMLElement>('.search')
  const input = box?.querySelector('input')
  if (!box || !input) return
  box.hidden = false
  input.addEventListener('input', () => {
    const words = input.value.toLowerCase().split(/\s+/)
    for (const section of document.querySelectorAll<HTMLElement>('.side > section')) {
      const title = section.querySelector('h2')?.textContent?.toLowerCase() ?? ''
      let shown = 0
      for (const item of section.querySelectorAll<HTMLElement>('li')) {
        const text = `${title} ${item.textContent?.toLowerCase() ?? ''}`
        item.hidden = !words.every((word) => text.includes(word))
        if (!item.hidden) shown += 1
      }
      section.hidden = shown === 0
    }
  })
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      input.focus()
    }
  })
}

function addCopyButtons(): void {
  for (const block of document.querySelectorAll<HTMLElement>('figure.code')) {
    const source = block.querySelector('code')?.textContent ?? ''
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = 'Copy'
    button.addEventListener('click', () => {
      void copy(source, button)
    })
    block.querySelector('figcaption')?.append(button)
  }
}

async function copy(source: string, button: HTMLButtonElement): Promise<void> {
  const done = await navigator.clipboard.writeText(source).then(
    () => true,
    () => false,
  )
  button.textContent = done ? 'Copied' : 'Not copied'
  setTimeout(() => {
    button.textContent = 'Copy'
  }, 1500)
}

/** On a phone the menu covers the page: a choice in it closes it. */
function closeMenuOnLeave(): void {
  const toggle = document.querySelector<HTMLInputElement>('#menu')
  document.querySelector('.side')?.addEventListener('click', (event) => {
    if (toggle && event.target instanceof Element && event.target.closest('a')) toggle.checked = false
  })
}
