import { useQueryClient } from '@tanstack/react-query'
import { type IdempotencyKeys, idempotencyKeys, UNDO_MS } from '@terrace/ui'
import { useCallback, useRef } from 'react'
import { useNavigate } from 'react-router'
import { useServices } from '../../api/services.ts'
import type { Quiz } from '../../api/types.ts'
import { explain } from '../../explain.ts'
import { authorText } from '../../text/author-text.ts'
import { text } from '../../text/text.ts'

type Named = Pick<Quiz, 'id' | 'title'>

/** What one does with a whole quiz, from wherever it is seen. */
export function useQuizActions() {
  const { api, toasts } = useServices()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const keys = useRef<IdempotencyKeys>(null)
  keys.current ??= idempotencyKeys()

  const copy = useCallback(
    async ({ id }: Named) => {
      try {
        const made = await api.copyQuiz(id, keys.current?.keyFor(id) ?? '')
        keys.current?.settled()
        await queries.invalidateQueries({ queryKey: ['mine'] })
        toasts.add({ state: 'good', text: authorText.copied(made.title) }, { timeout: 6_000 })
        navigate(`/quizzes/${made.id}`)
      } catch (error) {
        keys.current?.settled(error)
        toasts.add({ state: 'bad', text: authorText.notCopied(explain(error)) })
      }
    },
    [api, queries, toasts, navigate],
  )

  /** Deletes it at once; for ten seconds a press brings it back. Resolves whether it is deleted. */
  const remove = useCallback(
    async ({ id, title }: Named): Promise<boolean> => {
      const restore = async () => {
        try {
          await api.changeState(id, 'restore')
          toasts.add({ state: 'good', text: authorText.restored(title) }, { timeout: 6_000 })
        } catch (error) {
          toasts.add({ state: 'bad', text: authorText.notRestored(title, explain(error)) })
        }
        await queries.invalidateQueries({ queryKey: ['mine'] })
      }
      try {
        await api.removeQuiz(id)
      } catch (error) {
        toasts.add({ state: 'bad', text: authorText.notDeleted(title, explain(error)) })
        return false
      }
      const key = toasts.add(
        {
          state: 'info',
          text: authorText.deleted(title),
          action: {
            label: text.undo,
            onAction: () => {
              toasts.close(key)
              void restore()
            },
          },
        },
        { timeout: UNDO_MS },
      )
      await queries.invalidateQueries({ queryKey: ['mine'] })
      return true
    },
    [api, queries, toasts],
  )

  return { copy, remove }
}
