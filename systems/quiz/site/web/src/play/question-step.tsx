import { Button } from '@terrace/ui'
import { type Ref, useId } from 'react'
import type { Given } from '../api/play-api.ts'
import type { PlayQuestion } from '../api/types.ts'
import { playText } from '../text/play-text.ts'
import { text } from '../text/text.ts'
import { ChoiceAnswer } from './choice-answer.tsx'
import { OrderAnswer, orderOf } from './order-answer.tsx'
import { isAnswered, type Kept } from './outbox.ts'
import styles from './play.module.css'
import { TextAnswer } from './text-answer.tsx'
import { useKeys } from './use-keys.ts'

export interface QuestionStepProps {
  readonly question: PlayQuestion
  readonly answer: Kept | undefined
  readonly onAnswer: (given: Given, afterMs?: number) => void
  /** Undefined at the first question. */
  readonly onBack: (() => void) | undefined
  readonly onNext: () => void
  readonly isLast: boolean
  readonly headingRef: Ref<HTMLHeadingElement>
}

/** One question with its answer, and the way on. */
export function QuestionStep(props: QuestionStepProps) {
  const { question, answer, onAnswer, onBack, onNext, isLast, headingRef } = props
  const headingId = useId()
  const goOn = () => {
    // An order that was looked at and left as it stands is an answer too.
    if (question.kind === 'order' && !isAnswered(answer)) onAnswer({ optionIds: orderOf(question, answer) })
    onNext()
  }
  useKeys(key => {
    if (key === 'Enter') goOn()
  })
  return (
    <section className={styles.step} aria-labelledby={headingId}>
      <h2 id={headingId} ref={headingRef} tabIndex={-1} className={styles.question}>
        {question.text}
      </h2>
      <p className={styles.note}>
        {text.points(question.points)}. {HINTS[question.kind]}
      </p>
      {question.pictureUrl !== null && (
        <img src={question.pictureUrl} alt={playText.pictureOfQuestion} className={styles.picture} />
      )}
      <Answer question={question} answer={answer} onAnswer={onAnswer} labelledBy={headingId} />
      <div className={styles.ways}>
        <Button look="primary" onPress={goOn}>
          {isLast ? playText.toReview : playText.next}
        </Button>
        {onBack && <Button onPress={onBack}>{playText.back}</Button>}
      </div>
      <p className={styles.keys}>{KEYS[question.kind]}</p>
    </section>
  )
}

const HINTS = {
  one: playText.chooseOne,
  picture: playText.chooseOne,
  several: playText.chooseSeveral,
  order: `${playText.putInOrder} ${playText.orderStands}`,
  text: '',
} as const

const KEYS = {
  one: playText.keysChoice,
  picture: playText.keysChoice,
  several: playText.keysChoice,
  order: playText.keysOrder,
  text: playText.keysText,
} as const

/** The ways to answer have these in common. */
export interface AnswerProps {
  readonly question: PlayQuestion
  readonly answer: Kept | undefined
  readonly onAnswer: (given: Given, afterMs?: number) => void
  /** The id of the element that names it. */
  readonly labelledBy: string
}

function Answer(props: AnswerProps) {
  switch (props.question.kind) {
    case 'text':
      return <TextAnswer {...props} />
    case 'order':
      return <OrderAnswer {...props} />
    default:
      return <ChoiceAnswer {...props} />
  }
}
