import { Badge, Button, Icon } from '@terrace/ui'
import { useRef, useState } from 'react'
import type { Question } from '../../api/types.ts'
import { keepFocus } from '../../frame/keep-focus.ts'
import { authorText } from '../../text/author-text.ts'
import { text } from '../../text/text.ts'
import { PictureThumb } from '../pictures/picture-thumb.tsx'
import { isKept } from '../use-session-state.ts'
import { draftOf, questionKey } from './question-draft.ts'
import { QuestionForm } from './question-form.tsx'
import styles from './questions.module.css'

export interface QuestionCardProps {
  readonly accountId: number
  readonly quizId: string
  readonly question: Question
  /** Counts from 1. */
  readonly index: number
  readonly count: number
  /** It can't be changed any more. */
  readonly isFrozen: boolean
  readonly onMove: (by: -1 | 1) => void
  readonly onRemove: () => void
}

/** A question in a few lines, or, while it is changed, in its form. What was typed and not saved opens again. */
export function QuestionCard(props: QuestionCardProps) {
  const { accountId, quizId, question, index, count, isFrozen, onMove, onRemove } = props
  const key = questionKey(question.id)
  const [isOpen, setOpen] = useState(() => !isFrozen && isKept(key))
  const edit = useRef<HTMLButtonElement>(null)
  const move = (by: -1 | 1) => {
    onMove(by)
    keepFocus(() => edit.current)
  }
  const close = () => {
    setOpen(false)
    keepFocus(() => edit.current)
  }
  return (
    <li className={styles.card} aria-label={authorText.questionNumber(index)}>
      <div className={styles.head}>
        <span className={styles.number}>{index}</span>
        {question.pictureId !== null && !isOpen && <PictureThumb accountId={accountId} id={question.pictureId} />}
        <div className={styles.summary}>
          <h3 className={styles.text}>{question.text === '' ? authorText.untitled : question.text}</h3>
          <p className={styles.note}>
            {authorText.kind(question.kind)}, {text.points(question.points)}
          </p>
          {question.problems.length > 0 && (
            <p className={styles.problems}>
              <Badge state="warning">{authorText.incomplete}</Badge> {authorText.missing(question.problems.join(', '))}
            </p>
          )}
        </div>
        {!isFrozen && (
          <div className={styles.tools}>
            <Button
              size="small"
              look="quiet"
              iconOnly
              label={authorText.moveUp(index)}
              isDisabled={index === 1}
              onPress={() => move(-1)}
            >
              <Icon name="arrowUp" />
            </Button>
            <Button
              size="small"
              look="quiet"
              iconOnly
              label={authorText.moveDown(index)}
              isDisabled={index === count}
              onPress={() => move(1)}
            >
              <Icon name="arrowDown" />
            </Button>
            <Button size="small" look="quiet" iconOnly label={authorText.deleteQuestion(index)} onPress={onRemove}>
              <Icon name="cross" />
            </Button>
            {!isOpen && (
              <Button ref={edit} size="small" label={authorText.editQuestionLabel(index)} onPress={() => setOpen(true)}>
                {authorText.editQuestion}
              </Button>
            )}
          </div>
        )}
      </div>
      {isOpen && !isFrozen && (
        <QuestionForm
          accountId={accountId}
          quizId={quizId}
          storageKey={key}
          questionId={question.id}
          initial={draftOf(question)}
          onClose={close}
        />
      )}
    </li>
  )
}
