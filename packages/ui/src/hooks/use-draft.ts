import { useCallback, useEffect, useState } from 'react'

const NONE: readonly string[] = []

/**
 * Text that somebody types, kept through a closed dialog, a failed request and a reload of the tab, until `discard`.
 *
 * @param key  names the form and the thing it is about, such as `book-12`
 * @param initial  what the fields hold before anything is typed
 * @param secrets  fields that are never stored; must not change from one rendering to the next
 */
export function useDraft<Values extends Readonly<Record<string, string>>>(
  key: string,
  initial: Values,
  secrets: readonly string[] = NONE,
) {
  const storageKey = `terrace.draft.${key}`
  const [values, setValues] = useState<Values>(() => ({ ...initial, ...readDraft(storageKey, initial) }))
  useEffect(() => {
    const typed = Object.entries(values).filter(([name, value]) => value !== initial[name] && !secrets.includes(name))
    try {
      if (typed.length > 0) sessionStorage.setItem(storageKey, JSON.stringify(Object.fromEntries(typed)))
      else sessionStorage.removeItem(storageKey)
    } catch {
      // Without storage the text lives as long as the page.
    }
  }, [storageKey, values, initial, secrets])
  const discard = useCallback(() => {
    try {
      sessionStorage.removeItem(storageKey)
    } catch {
      // Nothing was stored then.
    }
    setValues(initial)
  }, [storageKey, initial])
  return [values, setValues, discard] as const
}

function readDraft(storageKey: string, initial: Readonly<Record<string, string>>): Record<string, string> {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? '{}')
    if (typeof stored !== 'object' || stored === null) return {}
    return Object.fromEntries(
      Object.entries(stored).filter(
        (entry): entry is [string, string] => entry[0] in initial && typeof entry[1] === 'string',
      ),
    )
  } catch {
    return {}
  }
}
