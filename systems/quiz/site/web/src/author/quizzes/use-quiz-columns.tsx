import { type Column, formatNumber, InstantText, Link, MenuButton, RowActions } from '@terrace/ui'
import { useMemo } from 'react'
import { useNavigate } from 'react-router'
import type { Quiz } from '../../api/types.ts'
import { authorText } from '../../text/author-text.ts'
import { QuizStateBadge } from '../quiz/quiz-state-badge.tsx'
import { useQuizActions } from '../quiz/use-quiz-actions.ts'

export type QuizColumn = 'title' | 'state' | 'questions' | 'attempts' | 'changed' | 'actions'

/** The columns of the list of quizzes, each row leading to its quiz. */
export function useQuizColumns(): readonly Column<Quiz, QuizColumn>[] {
  const { copy, remove } = useQuizActions()
  const navigate = useNavigate()
  return useMemo(
    () => [
      {
        id: 'title',
        header: authorText.title,
        cell: quiz => (
          <Link href={`/quizzes/${quiz.id}`} look="title">
            {quiz.title}
          </Link>
        ),
        card: 'title',
      },
      {
        id: 'state',
        header: authorText.stateColumn,
        cell: ({ state }) => <QuizStateBadge state={state} />,
        width: '9rem',
        card: 'corner',
      },
      {
        id: 'questions',
        header: authorText.questionsColumn,
        cell: ({ questionCount }) => formatNumber(questionCount),
        align: 'end',
        width: '7rem',
      },
      {
        id: 'attempts',
        header: authorText.attemptsColumn,
        cell: ({ attemptCount }) => formatNumber(attemptCount),
        align: 'end',
        width: '7rem',
      },
      {
        id: 'changed',
        header: authorText.changedColumn,
        cell: ({ updatedAt }) => <InstantText instant={updatedAt} />,
        width: '9rem',
      },
      {
        id: 'actions',
        header: authorText.actions,
        cell: quiz => (
          <RowActions>
            <MenuButton
              label={authorText.actionsFor(quiz.title)}
              actions={[
                {
                  id: 'results',
                  label: authorText.showResults,
                  onAction: () => void navigate(`/quizzes/${quiz.id}/results`),
                },
                { id: 'copy', label: authorText.copyQuiz, onAction: () => void copy(quiz) },
                { id: 'delete', label: authorText.deleteQuiz, onAction: () => void remove(quiz), isBad: true },
              ]}
            />
          </RowActions>
        ),
        width: '5rem',
        card: 'actions',
      },
    ],
    [copy, remove, navigate],
  )
}
