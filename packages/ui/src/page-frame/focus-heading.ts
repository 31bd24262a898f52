/** What had the focus is gone: the view's heading takes it, so that a screen reader reads on from there. */
export const focusHeading = (): void => document.querySelector('h1')?.focus({ preventScroll: true })
