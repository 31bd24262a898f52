import { useQueryClient } from '@tanstack/react-query'
import { isNotFound, showUndo } from '@terrace/ui'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useServices } from '../../api/services.ts'
import { explain } from '../../explain.ts'
import { authorText } from '../../text/author-text.ts'
import { text } from '../../text/text.ts'

const NONE: ReadonlySet<string> = new Set()

/**
 * Questions that were deleted in sight but can still be brought back. The API is told when the ten seconds are over, or
 * at once when one leaves; when it refuses, the question is in sight again and the refusal is said.
 */
export function useRemovals() {
  const { api, toasts } = useServices()
  const queries = useQueryClient()
  const [hidden, setHidden] = useState(NONE)
  const waiting = useRef(new Map<string, () => void>())
  const underWay = useRef(new Set<Promise<void>>())

  const show = useCallback((id: string) => setHidden(now => new Set([...now].filter(other => other !== id))), [])

  const commit = useCallback(
    async (id: string) => {
      waiting.current.delete(id)
      try {
        await api.removeQuestion(id)
      } catch (error) {
        if (!isNotFound(error)) toasts.add({ state: 'bad', text: authorText.questionNotDeleted(explain(error)) })
      }
      // Only once the quiz has been asked for again: the question would otherwise flicker back for a moment.
      await queries.invalidateQueries({ queryKey: ['mine'] })
      show(id)
    },
    [api, toasts, queries, show],
  )

  const settle = useCallback(async () => {
    for (const commitNow of [...waiting.current.values()]) commitNow()
    await Promise.all(underWay.current)
  }, [])

  const remove = useCallback(
    (id: string, index: number) => {
      if (waiting.current.has(id)) return
      setHidden(now => new Set([...now, id]))
      const commitNow = showUndo(toasts, {
        text: authorText.questionDeleted(index),
        undoLabel: text.undo,
        commit: () => {
          const done: Promise<void> = commit(id).finally(() => underWay.current.delete(done))
          underWay.current.add(done)
        },
        undo: () => {
          waiting.current.delete(id)
          show(id)
        },
      })
      waiting.current.set(id, commitNow)
    },
    [toasts, commit, show],
  )

  useEffect(() => {
    const leave = () => void settle()
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
      leave()
    }
  }, [settle])

  return { hidden, remove, settle }
}
