import { LinkButton, MenuButton } from '@terrace/ui'
import { useNavigate } from 'react-router'
import type { WholeQuiz } from '../../api/types.ts'
import { authorText } from '../../text/author-text.ts'
import { useQuizActions } from './use-quiz-actions.ts'

/** What one does with a quiz as a whole. */
export function QuizMenu({ quiz }: { readonly quiz: WholeQuiz }) {
  const { copy, remove } = useQuizActions()
  const navigate = useNavigate()
  const removeAndLeave = async () => {
    // Away first: a quiz that is deleted is not found, and that is no news to whoever deleted it.
    await navigate('/quizzes')
    if (!(await remove(quiz))) await navigate(`/quizzes/${quiz.id}`)
  }
  return (
    <>
      <LinkButton href={`/quizzes/${quiz.id}/results`}>{authorText.showResults}</LinkButton>
      <MenuButton
        size="normal"
        label={authorText.actionsFor(quiz.title)}
        actions={[
          { id: 'copy', label: authorText.copyQuiz, onAction: () => void copy(quiz) },
          { id: 'delete', label: authorText.deleteQuiz, onAction: () => void removeAndLeave(), isBad: true },
        ]}
      />
    </>
  )
}
