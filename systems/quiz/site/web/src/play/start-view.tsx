import { useQuery } from '@tanstack/react-query'
import { Banner, isNotFound, ListSkeleton, Load, PageTitle, RequestError } from '@terrace/ui'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import type { Started } from '../api/types.ts'
import { explain } from '../explain.ts'
import { playText } from '../text/play-text.ts'
import { text } from '../text/text.ts'
import { ClosedQuiz, UnknownQuiz } from './no-quiz.tsx'
import styles from './play.module.css'
import { StartForm } from './start-form.tsx'

export interface StartViewProps {
  readonly code: string
  /** What was answered here before is no longer kept by the server. */
  readonly isGone: boolean
  readonly onBegun: (started: Started) => void
}

/** What the quiz is about, and the nickname that starts it. */
export function StartView({ code, isGone, onBegun }: StartViewProps) {
  const { play } = useServices()
  const quiz = useQuery(ask.playQuiz(play, code))
  if (isNotFound(quiz.error)) return <UnknownQuiz />
  if (quiz.error instanceof RequestError && quiz.error.status === 409) return <ClosedQuiz code={code} />
  return (
    <>
      <PageTitle application={text.application}>{quiz.data?.title ?? text.play}</PageTitle>
      <Load of={quiz} failure={playText.quizFailure} explain={explain} skeleton={<ListSkeleton rows={3} />}>
        {({ description, questions, maxScore }) => (
          <div className={styles.start}>
            {isGone && <Banner state="info">{playText.attemptGone}</Banner>}
            {description !== '' && <p className={styles.paragraphs}>{description}</p>}
            <p className={styles.note}>
              {playText.startFacts(playText.questions(questions.length), text.points(maxScore))}
            </p>
            <StartForm code={code} onBegun={onBegun} />
          </div>
        )}
      </Load>
    </>
  )
}
