/** Closes the menu of languages when the reader goes on elsewhere, so that it never hides what has the focus. */
export function closeMenuOutside(): void {
  const menu = document.querySelector<HTMLDetailsElement>('.languages')
  if (!menu) return
  for (const event of ['pointerdown', 'focusin']) {
    document.addEventListener(event, ({ target }) => {
      if (target instanceof Node && !menu.contains(target)) menu.open = false
    })
  }
  menu.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !menu.open) return
    menu.open = false
    menu.querySelector('summary')?.focus()
  })
}
