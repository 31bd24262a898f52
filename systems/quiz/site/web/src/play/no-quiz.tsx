import { EmptyState, Link, PageTitle } from '@terrace/ui'
import { playText } from '../text/play-text.ts'
import { text } from '../text/text.ts'
import { Leaderboard } from './leaderboard.tsx'

/** A code that leads to no quiz. */
export const UnknownQuiz = () => (
  <>
    <PageTitle application={text.application}>{playText.unknownTitle}</PageTitle>
    <EmptyState icon="search" title={playText.unknownTitle} action={<Link href="/">{playText.otherCode}</Link>}>
      {playText.unknown}
    </EmptyState>
  </>
)

/** A quiz that takes no more answers. */
export const ClosedQuiz = ({ code }: { readonly code: string }) => (
  <>
    <PageTitle application={text.application}>{playText.closedTitle}</PageTitle>
    <p>{playText.closed}</p>
    <Leaderboard code={code} />
  </>
)
