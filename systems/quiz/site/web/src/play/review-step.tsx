import { Badge, Banner, Button } from '@terrace/ui'
import { type Ref, useState } from 'react'
import type { PlayQuestion } from '../api/types.ts'
import { explain } from '../explain.ts'
import { playText } from '../text/play-text.ts'
import { isAnswered, type Kept } from './outbox.ts'
import styles from './play.module.css'
import { useKeys } from './use-keys.ts'

export interface ReviewStepProps {
  readonly questions: readonly PlayQuestion[]
  readonly answers: Readonly<Record<string, Kept>>
  readonly onGoTo: (index: number) => void
  readonly onFinish: () => Promise<void>
  readonly headingRef: Ref<HTMLHeadingElement>
}

/** After the last question: what has no answer yet, the way back to each, and the end. */
export function ReviewStep({ questions, answers, onGoTo, onFinish, headingRef }: ReviewStepProps) {
  const [isPending, setPending] = useState(false)
  const [failure, setFailure] = useState<string>()
  const open = questions.filter(({ id }) => !isAnswered(answers[id])).length
  const finish = async () => {
    if (isPending) return
    setPending(true)
    setFailure(undefined)
    try {
      await onFinish()
    } catch (error) {
      setFailure(playText.notFinished(explain(error)))
      setPending(false)
    }
  }
  useKeys(key => {
    if (key === 'Enter') void finish()
  })
  return (
    <section className={styles.step} aria-label={playText.reviewTitle}>
      <h2 ref={headingRef} tabIndex={-1} className={styles.question}>
        {playText.reviewTitle}
      </h2>
      <p>{open === 0 ? playText.reviewAll : playText.reviewSome(open)}</p>
      <ol className={styles.review}>
        {questions.map((question, index) => (
          <li key={question.id} className={styles.reviewed}>
            <span className={styles.reviewedText}>{question.text}</span>
            {isAnswered(answers[question.id]) ? (
              <Badge state="good">{playText.answered}</Badge>
            ) : (
              <Badge state="warning">{playText.unanswered}</Badge>
            )}
            <Button size="small" look="quiet" onPress={() => onGoTo(index)}>
              {playText.goToQuestion(index + 1)}
            </Button>
          </li>
        ))}
      </ol>
      {failure !== undefined && (
        <div role="alert">
          <Banner state="bad">{failure}</Banner>
        </div>
      )}
      <div className={styles.ways}>
        <Button look="primary" onPress={() => void finish()} isPending={isPending}>
          {playText.finish}
        </Button>
        <Button onPress={() => onGoTo(questions.length - 1)}>{playText.back}</Button>
      </div>
    </section>
  )
}
