import { Banner, EmptyState, VisuallyHidden } from '@terrace/ui'
import { useState } from 'react'
import type { Question, WholeQuiz } from '../../api/types.ts'
import { authorText } from '../../text/author-text.ts'
import { AddQuestion } from './add-question.tsx'
import { QuestionCard } from './question-card.tsx'
import styles from './questions.module.css'
import { useMoveQuestion } from './use-move-question.ts'

export interface QuestionListProps {
  readonly accountId: number
  readonly quiz: WholeQuiz
  /** The questions that are not being deleted. */
  readonly shown: readonly Question[]
  readonly onRemove: (id: string, index: number) => void
}

/** The questions of a quiz, and the place for the next one. Once people took it they stand as they are. */
export function QuestionList({ accountId, quiz, shown, onRemove }: QuestionListProps) {
  const move = useMoveQuestion(accountId, quiz)
  const [said, say] = useState('')
  const isFrozen = quiz.attemptCount > 0
  return (
    <div className={styles.part}>
      {isFrozen && <Banner state="info">{authorText.frozen}</Banner>}
      {shown.length === 0 && (
        <EmptyState icon="question" title={authorText.noQuestions}>
          {authorText.noQuestionsText}
        </EmptyState>
      )}
      <ol className={styles.questions}>
        {shown.map((question, at) => (
          <QuestionCard
            key={question.id}
            accountId={accountId}
            quizId={quiz.id}
            question={question}
            index={at + 1}
            count={shown.length}
            isFrozen={isFrozen}
            onMove={by => {
              const other = shown[at + by]
              if (!other) return
              say(authorText.moved(at + by + 1))
              void move(question.id, other.id)
            }}
            onRemove={() => onRemove(question.id, at + 1)}
          />
        ))}
      </ol>
      {!isFrozen && <AddQuestion accountId={accountId} quizId={quiz.id} />}
      <VisuallyHidden>
        <p role="status">{said}</p>
      </VisuallyHidden>
    </div>
  )
}
