import { useSyncExternalStore } from 'react'

/** Which zone answered last. */
export interface Zone {
  /** To be told the headers of each answer. */
  readonly notice: (headers: Headers) => void
  readonly current: () => string | undefined
  readonly subscribe: (listener: () => void) => () => void
}

/** Reads the zone from `X-Served-By`, which NGINX adds to each answer. */
export function watchZone(): Zone {
  const listeners = new Set<() => void>()
  let current: string | undefined
  return {
    notice: headers => {
      const zone = headers.get('x-served-by')
      if (!zone || zone === current) return
      current = zone
      for (const listener of listeners) listener()
    },
    current: () => current,
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The zone that answered last, followed; undefined until one has. */
export const useZone = (zone: Zone): string | undefined => useSyncExternalStore(zone.subscribe, zone.current)
