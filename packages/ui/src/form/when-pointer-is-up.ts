import { useCallback, useEffect, useRef } from 'react'

/**
 * Runs something now, or, while a button of the pointer is held down, once the click it belongs to is over. A message
 * that appears under a field when it is left moves what is below; a button that moved away from under the pointer
 * between down and up is never pressed.
 */
export function useWhenPointerIsUp(): (run: () => void) => void {
  const isDown = useRef(false)
  const waiting = useRef<(() => void)[]>([])
  useEffect(() => {
    const down = () => {
      isDown.current = true
    }
    const up = () => {
      isDown.current = false
      const due = waiting.current.splice(0)
      // After this event comes the click.
      setTimeout(() => {
        for (const run of due) run()
      })
    }
    window.addEventListener('pointerdown', down, true)
    window.addEventListener('pointerup', up, true)
    window.addEventListener('pointercancel', up, true)
    return () => {
      window.removeEventListener('pointerdown', down, true)
      window.removeEventListener('pointerup', up, true)
      window.removeEventListener('pointercancel', up, true)
    }
  }, [])
  return useCallback(run => {
    if (isDown.current) waiting.current.push(run)
    else run()
  }, [])
}
