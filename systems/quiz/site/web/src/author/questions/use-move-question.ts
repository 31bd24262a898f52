import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { ask } from '../../api/queries.ts'
import { useServices } from '../../api/services.ts'
import type { WholeQuiz } from '../../api/types.ts'
import { explain } from '../../explain.ts'
import { authorText } from '../../text/author-text.ts'

/** Puts questions in another order: in sight at once, and back when the API does not take it. */
export function useMoveQuestion(accountId: number, quiz: WholeQuiz) {
  const { api, toasts } = useServices()
  const queries = useQueryClient()
  return useCallback(
    /** Exchanges the places of two questions. */
    async (id: string, otherId: string) => {
      const { queryKey } = ask.quiz(api, accountId, quiz.id)
      const before = quiz.questions
      const exchanged = before.map(question => {
        if (question.id !== id && question.id !== otherId) return question
        return before.find(other => other.id === (question.id === id ? otherId : id)) ?? question
      })
      await queries.cancelQueries({ queryKey })
      queries.setQueryData(queryKey, known => known && { ...known, questions: exchanged })
      try {
        await api.orderQuestions(
          quiz.id,
          exchanged.map(question => question.id),
        )
      } catch (error) {
        queries.setQueryData(queryKey, known => known && { ...known, questions: before })
        toasts.add({ state: 'bad', text: authorText.notMoved(explain(error)) })
      }
      await queries.invalidateQueries({ queryKey })
    },
    [api, toasts, queries, accountId, quiz],
  )
}
