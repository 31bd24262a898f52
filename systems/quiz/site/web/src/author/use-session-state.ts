import type { decode } from '@terrace/ui'
import { useCallback, useState } from 'react'

/**
 * A value that somebody works on, kept in this tab through a reload until it is forgotten.
 *
 * @param key  names it
 * @param of  reads what was kept; what it refuses is forgotten
 * @param initial  what it is while nothing is kept
 * @returns the value, whether it is kept, a way to set it, and one to forget it
 */
export function useSessionState<T>(key: string, of: decode.Decoder<T>, initial: T) {
  const [kept, setKept] = useState(() => readKept(key, of))
  const set = useCallback(
    (next: T) => {
      writeKept(key, next)
      setKept(next)
    },
    [key],
  )
  const forget = useCallback(() => {
    writeKept(key, undefined)
    setKept(undefined)
  }, [key])
  return [kept ?? initial, kept !== undefined, set, forget] as const
}

/** Whether something is kept under a name. */
export const isKept = (key: string): boolean => {
  try {
    return sessionStorage.getItem(key) !== null
  } catch {
    return false
  }
}

function readKept<T>(key: string, of: decode.Decoder<T>): T | undefined {
  try {
    const text = sessionStorage.getItem(key)
    return text === null ? undefined : of(JSON.parse(text))
  } catch {
    return undefined
  }
}

function writeKept(key: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, JSON.stringify(value))
  } catch {
    // Storage may be forbidden or full: what is typed then lasts as long as the page.
  }
}
