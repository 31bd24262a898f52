import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../../api/queries.ts'
import { useServices } from '../../api/services.ts'
import { explain } from '../../explain.ts'
import { authorText } from '../../text/author-text.ts'

const DONE = { publish: authorText.published, close: authorText.closed, reopen: authorText.reopened } as const

/** Publishes, closes, opens again, and says what came of it. */
export function useChangeState(accountId: number, quizId: string) {
  const { api, toasts } = useServices()
  const queries = useQueryClient()
  const [isPending, setPending] = useState(false)
  const change = async (how: 'publish' | 'close' | 'reopen') => {
    setPending(true)
    try {
      const changed = await api.changeState(quizId, how)
      const { queryKey } = ask.quiz(api, accountId, quizId)
      queries.setQueryData(queryKey, known => known && { ...known, ...changed })
      toasts.add({ state: 'good', text: DONE[how] }, { timeout: 6_000 })
    } catch (error) {
      const why = explain(error)
      toasts.add({ state: 'bad', text: how === 'publish' ? authorText.notPublished(why) : authorText.notChanged(why) })
    } finally {
      setPending(false)
      void queries.invalidateQueries({ queryKey: ['mine', accountId] })
    }
  }
  return { change, isPending }
}
