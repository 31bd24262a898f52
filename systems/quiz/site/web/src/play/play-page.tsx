import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { Ticket } from '../api/play-api.ts'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import type { Started } from '../api/types.ts'
import { AttemptView } from './attempt-view.tsx'
import { StartView } from './start-view.tsx'
import { useTicket } from './use-ticket.ts'

/** Taking a quiz: begun here before, it goes on where one was. */
export function PlayPage({ code }: { readonly code: string }) {
  const { play } = useServices()
  const queries = useQueryClient()
  const [ticket, keepTicket] = useTicket(code)
  const [isGone, setGone] = useState(false)
  const putAway = useCallback(
    (because: 'again' | 'gone') => {
      setGone(because === 'gone')
      keepTicket(undefined)
    },
    [keepTicket],
  )
  if (ticket) return <AttemptView key={ticket.id} code={code} ticket={ticket} onPutAway={putAway} />
  const begin = ({ attempt, token }: Started) => {
    const begun: Ticket = { id: attempt.id, token }
    queries.setQueryData(ask.attempt(play, begun).queryKey, attempt)
    keepTicket(begun)
  }
  return <StartView code={code} isGone={isGone} onBegun={begin} />
}
