/**
 * Gives the focus to something else when what had it can't have it any more, such as *move up* on what is on top now.
 *
 * @param next  found once the page is drawn anew
 */
export function keepFocus(next: () => HTMLElement | null | undefined): void {
  requestAnimationFrame(() => {
    const { activeElement } = document
    const isLost = activeElement === null || activeElement === document.body || activeElement.matches(':disabled')
    if (isLost) next()?.focus()
  })
}
