import { UNSTABLE_ToastQueue as ToastQueue } from 'react-aria-components/Toast'

/** How long something can be undone, milliseconds. The clock stands still while the pointer or the focus is on it. */
export const UNDO_MS = 10_000

/** What a toast says, and what can be done about it. */
export interface ToastContent {
  readonly state: 'good' | 'bad' | 'info'
  readonly text: string
  readonly action?: { readonly label: string; readonly onAction: () => void }
}

/** The toasts of one page. Make one beside the application's root and show it with `ToastRegion`. */
export type Toasts = ToastQueue<ToastContent>

/** An empty queue; at most three are seen at once, the others wait with their clocks stopped. */
export const createToasts = (): Toasts => new ToastQueue<ToastContent>({ maxVisibleToasts: 3 })

export interface Undoable {
  readonly text: string
  readonly undoLabel: string
  /** Called when the time is over or the toast is closed, unless it was undone. */
  readonly commit: () => void
  readonly undo: () => void
}

/**
 * Offers to undo for ten seconds; exactly one of `commit` and `undo` is called, once.
 *
 * @returns commits at once, for a page that is about to go away
 */
export function showUndo(toasts: Toasts, { text, undoLabel, commit, undo }: Undoable): () => void {
  let settled = false
  const settle = (how: () => void) => {
    if (settled) return
    settled = true
    how()
  }
  const key = toasts.add(
    {
      state: 'info',
      text,
      action: {
        label: undoLabel,
        onAction: () => {
          settle(undo)
          toasts.close(key)
        },
      },
    },
    { timeout: UNDO_MS, onClose: () => settle(commit) },
  )
  return () => {
    settle(commit)
    toasts.close(key)
  }
}
