import { useSyncExternalStore } from 'react'

/** `offline`: this device has no network. `away`: it has, but the API does not answer. */
export type ConnectionState = 'online' | 'offline' | 'away'

/** Knows whether the API can be reached, and finds out by itself when it can be again. */
export interface Connection {
  readonly state: () => ConnectionState
  readonly subscribe: (listener: () => void) => () => void
  /** To be told after each request; what the client's `onReachable` wants. */
  readonly report: (isReachable: boolean) => void
  /** Looks now instead of waiting for the next attempt. */
  readonly lookNow: () => void
}

export interface ConnectionOptions {
  /** Asks the API for something small; resolves when it answers. */
  readonly probe: () => Promise<unknown>
  /** Called each time the API can be reached again. */
  readonly onBack: () => void
  /** First and longest wait between two attempts, milliseconds; it doubles in between. */
  readonly firstWaitMs?: number
  readonly longestWaitMs?: number
}

/** Watches one API from a browser page. */
export function watchConnection(options: ConnectionOptions): Connection {
  const { probe, onBack, firstWaitMs = 2_000, longestWaitMs = 30_000 } = options
  const listeners = new Set<() => void>()
  let isAway = false
  let waitMs = firstWaitMs
  let timer: ReturnType<typeof setTimeout> | undefined

  const state = (): ConnectionState => (navigator.onLine ? (isAway ? 'away' : 'online') : 'offline')
  const tell = () => {
    for (const listener of listeners) listener()
  }

  // The probe goes through the client, which reports how it went: `report` decides what is next.
  const look = () => {
    clearTimeout(timer)
    timer = undefined
    probe().catch(() => {})
  }

  const report = (isReachable: boolean) => {
    clearTimeout(timer)
    timer = undefined
    if (!isReachable) {
      timer = setTimeout(look, waitMs)
      waitMs = Math.min(waitMs * 2, longestWaitMs)
    }
    if (isAway === !isReachable) return
    isAway = !isReachable
    if (isReachable) {
      waitMs = firstWaitMs
      onBack()
    }
    tell()
  }

  window.addEventListener('online', () => {
    tell()
    look()
  })
  window.addEventListener('offline', tell)

  return {
    state,
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    report,
    lookNow: () => {
      waitMs = firstWaitMs
      look()
    },
  }
}

/** The state of the connection, followed. */
export const useConnection = (connection: Connection): ConnectionState =>
  useSyncExternalStore(connection.subscribe, connection.state)
