/**
 * Does something later; this is the browser's clock.
 *
 * @param delay  milliseconds
 * @returns takes it back
 */
export function after(delay: number, action: () => void): () => void {
  // biome-ignore lint/plugin: nobody hands a clock to a page
  const timer = setTimeout(action, delay)
  return () => clearTimeout(timer)
}
