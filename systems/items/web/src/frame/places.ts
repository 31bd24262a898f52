import { useSyncExternalStore } from 'react'

/** Where one is: an address of the application, and what its entry in the history remembers. */
export interface Place {
  readonly path: string
  readonly query: URLSearchParams
  /** Cursors of the pages before this one, the first page as null; empty when one came from elsewhere. */
  readonly before: readonly (string | null)[]
}

export interface GoOptions {
  /** Takes the place of this entry in the history. */
  readonly replace?: boolean
  readonly before?: Place['before']
}

/** The addresses of the application and the way between them; the browser's own history, nothing beside it. */
export interface Places {
  readonly current: () => Place
  readonly go: (href: string, options?: GoOptions) => void
  readonly subscribe: (listener: () => void) => () => void
  /** Whether one has gone somewhere since the page was loaded. */
  readonly hasMoved: () => boolean
}

interface Entry {
  readonly before?: Place['before']
  /** How far down one was when one left, pixels. */
  readonly scrollY?: number
}

/** Follows the browser's history. A router of a library would be a tenth of all script that the first list may need. */
export function watchPlaces(): Places {
  const listeners = new Set<() => void>()
  let current = readPlace()
  let hasMoved = false
  const tell = () => {
    hasMoved = true
    current = readPlace()
    for (const listener of listeners) listener()
  }
  history.scrollRestoration = 'manual'
  window.addEventListener('popstate', () => {
    tell()
    const { scrollY = 0 } = readEntry()
    // After the frame has taken a new view to its top.
    requestAnimationFrame(() => requestAnimationFrame(() => window.scrollTo(0, scrollY)))
  })
  return {
    current: () => current,
    hasMoved: () => hasMoved,
    go: (href, { replace = false, before = [] } = {}) => {
      const entry: Entry = { before }
      if (replace) history.replaceState(entry, '', href)
      else {
        history.replaceState({ ...readEntry(), scrollY: window.scrollY }, '')
        history.pushState(entry, '', href)
      }
      tell()
    },
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Where one is, followed. */
export const usePlace = (places: Places): Place => useSyncExternalStore(places.subscribe, places.current)

const readEntry = (): Entry => (typeof history.state === 'object' && history.state !== null ? history.state : {})

function readPlace(): Place {
  const { before } = readEntry()
  return {
    path: location.pathname,
    query: new URLSearchParams(location.search),
    before: Array.isArray(before) ? before : [],
  }
}
