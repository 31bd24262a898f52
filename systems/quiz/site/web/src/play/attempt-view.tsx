import { useQuery } from '@tanstack/react-query'
import { Button, EmptyState, isNotFound, ListSkeleton, Load, PageTitle } from '@terrace/ui'
import { useEffect } from 'react'
import type { Ticket } from '../api/play-api.ts'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { playText } from '../text/play-text.ts'
import { text } from '../text/text.ts'
import { ResultView } from './result-view.tsx'
import { RunView } from './run-view.tsx'

export interface AttemptViewProps {
  readonly code: string
  readonly ticket: Ticket
  /** Leads back to the start. */
  readonly onPutAway: (because: 'again' | 'gone') => void
}

/** An attempt: its questions while it runs, what came of it afterwards. */
export function AttemptView({ code, ticket, onPutAway }: AttemptViewProps) {
  const { play } = useServices()
  const attempt = useQuery(ask.attempt(play, ticket))
  const isGone = isNotFound(attempt.error)
  useEffect(() => {
    if (isGone) onPutAway('gone')
  }, [isGone, onPutAway])
  const startAgain = <Button onPress={() => onPutAway('again')}>{playText.playAgain}</Button>
  return (
    <>
      <PageTitle application={text.application}>{attempt.data?.quiz.title ?? text.play}</PageTitle>
      <Load of={attempt} failure={playText.attemptFailure} explain={explain} skeleton={<ListSkeleton rows={3} />}>
        {known => {
          switch (known.state) {
            case 'running':
              return <RunView ticket={ticket} attempt={known} />
            case 'expired':
              return (
                <EmptyState icon="clock" title={playText.expiredTitle} action={startAgain}>
                  {playText.expired}
                </EmptyState>
              )
            case 'finished':
              return <ResultView code={code} attempt={known} again={startAgain} />
          }
        }}
      </Load>
    </>
  )
}
