import type { QueryClient } from '@tanstack/react-query'
import { isNotFound, showUndo, type Toasts } from '@terrace/ui'
import { useSyncExternalStore } from 'react'
import { explain } from '../explain.ts'
import { text } from '../text.ts'

/** Names a thing that is being removed. */
export type RemovalKey = `book-${number}` | `member-${number}`

export interface Removal {
  readonly key: RemovalKey
  /** "“Dune” was deleted." */
  readonly done: string
  /** "“Dune” was not deleted" */
  readonly failed: string
  readonly send: () => Promise<unknown>
}

/**
 * Things that were removed in sight but can still be brought back. The API is told when the ten seconds are over, or
 * at once when the page goes away; when it refuses, the thing is in sight again and the refusal is said.
 */
export interface Removals {
  readonly remove: (removal: Removal) => void
  readonly hidden: () => ReadonlySet<RemovalKey>
  readonly subscribe: (listener: () => void) => () => void
}

/** The removals of one page. */
export function createRemovals(toasts: Toasts, queries: QueryClient): Removals {
  const listeners = new Set<() => void>()
  const waiting = new Map<RemovalKey, () => void>()
  let hidden: ReadonlySet<RemovalKey> = new Set()

  const setHidden = (next: ReadonlySet<RemovalKey>) => {
    hidden = next
    for (const listener of listeners) listener()
  }
  const show = (key: RemovalKey) => setHidden(new Set([...hidden].filter(other => other !== key)))

  const commit = async ({ key, failed, send }: Removal) => {
    waiting.delete(key)
    try {
      await send()
    } catch (error) {
      if (!isNotFound(error)) toasts.add({ state: 'bad', text: `${failed}. ${explain(error)}` })
    }
    // Only once the lists have been asked for again: the row would otherwise flicker back for a moment.
    await queries.invalidateQueries()
    show(key)
  }

  window.addEventListener('pagehide', () => {
    for (const commitNow of waiting.values()) commitNow()
  })

  return {
    remove: removal => {
      if (hidden.has(removal.key)) return
      setHidden(new Set([...hidden, removal.key]))
      const commitNow = showUndo(toasts, {
        text: removal.done,
        undoLabel: text.undo,
        commit: () => void commit(removal),
        undo: () => {
          waiting.delete(removal.key)
          show(removal.key)
        },
      })
      waiting.set(removal.key, commitNow)
    },
    hidden: () => hidden,
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** What is being removed and so not to be shown. */
export const useHidden = (removals: Removals): ReadonlySet<RemovalKey> =>
  useSyncExternalStore(removals.subscribe, removals.hidden)
