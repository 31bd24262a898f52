import { useQuery } from '@tanstack/react-query'
import { BackLink, EmptyState, isNotFound, Link, ListSkeleton, Load, PageTitle, Part } from '@terrace/ui'
import { ask } from '../../api/queries.ts'
import { useServices } from '../../api/services.ts'
import { explain } from '../../explain.ts'
import { authorText } from '../../text/author-text.ts'
import { text } from '../../text/text.ts'
import type { QuizPageProps } from '../author-pages.tsx'
import { QuestionList } from '../questions/question-list.tsx'
import { useRemovals } from '../questions/use-removals.ts'
import { AboutForm } from './about-form.tsx'
import { QuizMenu } from './quiz-menu.tsx'
import { StateBox } from './state-box.tsx'

/** One quiz for its author: its state, what it is about, its questions. */
export function QuizPage({ accountId, id }: QuizPageProps) {
  const { api } = useServices()
  const quiz = useQuery(ask.quiz(api, accountId, id))
  const removals = useRemovals()
  if (isNotFound(quiz.error))
    return (
      <>
        <PageTitle application={text.application}>{authorText.quizGone}</PageTitle>
        <EmptyState icon="search" title={authorText.quizGone} action={<Link href="/quizzes">{authorText.toList}</Link>}>
          {authorText.quizGoneText}
        </EmptyState>
      </>
    )
  return (
    <>
      <PageTitle
        application={text.application}
        above={<BackLink href="/quizzes">{authorText.toList}</BackLink>}
        actions={quiz.data && <QuizMenu quiz={quiz.data} />}
      >
        {quiz.data?.title ?? authorText.quizzes}
      </PageTitle>
      <Load of={quiz} failure={authorText.quizFailure} explain={explain} skeleton={<ListSkeleton />}>
        {known => {
          const questions = known.questions.filter(question => !removals.hidden.has(question.id))
          return (
            <>
              <StateBox accountId={accountId} quiz={{ ...known, questions }} settleRemovals={removals.settle} />
              <Part title={authorText.about}>
                <AboutForm accountId={accountId} quiz={known} />
              </Part>
              <Part title={authorText.questions}>
                <QuestionList accountId={accountId} quiz={known} shown={questions} onRemove={removals.remove} />
              </Part>
            </>
          )
        }}
      </Load>
    </>
  )
}
