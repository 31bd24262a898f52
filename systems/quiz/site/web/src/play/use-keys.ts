import { useEffect, useEffectEvent } from 'react'

/**
 * Hears the keys 1 to 9 and Enter wherever the focus is, but where they mean something already: digits in a field,
 * Enter on a button or a link.
 */
export function useKeys(onKey: (key: string) => void): void {
  const heard = useEffectEvent((event: KeyboardEvent) => {
    const { key, target } = event
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return
    const isField = target instanceof HTMLInputElement && !['radio', 'checkbox'].includes(target.type)
    const isPressed = target instanceof Element && target.closest('button, a, select, textarea, summary') !== null
    const isMeant = key === 'Enter' ? !isPressed : /^[1-9]$/.test(key) && !isField
    if (!isMeant) return
    event.preventDefault()
    onKey(key)
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => heard(event)
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}
