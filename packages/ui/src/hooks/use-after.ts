import { useEffect, useState } from 'react'

/** True once `isOn` has stayed true for that long, milliseconds; false again at once. */
export function useAfter(isOn: boolean, delayMs: number): boolean {
  const [passed, setPassed] = useState(false)
  useEffect(() => {
    if (!isOn) return
    const timer = setTimeout(() => setPassed(true), delayMs)
    return () => {
      clearTimeout(timer)
      setPassed(false)
    }
  }, [isOn, delayMs])
  return isOn && passed
}
