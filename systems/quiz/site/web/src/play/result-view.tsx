import { Facts, Part } from '@terrace/ui'
import type { ReactNode } from 'react'
import type { Attempt } from '../api/types.ts'
import { formatDuration } from '../format/duration.ts'
import { playText } from '../text/play-text.ts'
import { text } from '../text/text.ts'
import { Leaderboard } from './leaderboard.tsx'
import { OutcomeView } from './outcome-view.tsx'
import styles from './play.module.css'

export interface ResultViewProps {
  readonly code: string
  readonly attempt: Attempt
  /** The button that starts anew. */
  readonly again: ReactNode
}

/** What came of an attempt: the score, each question with its explanation, the leaderboard. */
export function ResultView({ code, attempt, again }: ResultViewProps) {
  const { result, quiz } = attempt
  if (!result) return null
  return (
    <>
      <Facts
        facts={[
          [playText.score, <strong key="score">{text.scoreOf(result.score, result.maxScore)}</strong>],
          [playText.time, formatDuration(result.durationMs)],
          [playText.nickname, attempt.nickname],
        ]}
      />
      <Part title={playText.answersTitle}>
        <ol className={styles.outcomes}>
          {quiz.questions.map(question => {
            const outcome = result.questions.find(({ questionId }) => questionId === question.id)
            return outcome && <OutcomeView key={question.id} question={question} outcome={outcome} />
          })}
        </ol>
      </Part>
      <Leaderboard code={code} own={attempt} />
      <div className={styles.ways}>{again}</div>
    </>
  )
}
