import { useCallback, useSyncExternalStore } from 'react'

/** Below this width a table is a list of cards, CSS pixels. At 200 % zoom a screen of 1280 has 640 of them. */
export const CARDS_BELOW_PX = 860

/** Whether a media query holds, followed as it changes. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = window.matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    [query],
  )
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches)
}

/** Whether there is only room for cards. */
export const useIsNarrow = (): boolean => useMedia(`(max-width: ${CARDS_BELOW_PX - 1}px)`)
