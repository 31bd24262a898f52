import { useQuery } from '@tanstack/react-query'
import { BackLink, EmptyState, Icon, isNotFound, Link, LinkButton, PageTitle } from '@terrace/ui'
import { ask } from '../../api/queries.ts'
import { useServices } from '../../api/services.ts'
import { authorText } from '../../text/author-text.ts'
import { text } from '../../text/text.ts'
import type { QuizPageProps } from '../author-pages.tsx'
import { ResultsList } from './results-list.tsx'

/** Who took a quiz, and how they did. */
export function ResultsPage({ accountId, id }: QuizPageProps) {
  const { api } = useServices()
  const quiz = useQuery(ask.quiz(api, accountId, id))
  if (isNotFound(quiz.error))
    return (
      <>
        <PageTitle application={text.application}>{authorText.quizGone}</PageTitle>
        <EmptyState icon="search" title={authorText.quizGone} action={<Link href="/quizzes">{authorText.toList}</Link>}>
          {authorText.quizGoneText}
        </EmptyState>
      </>
    )
  const download = (
    <LinkButton href={api.resultsFile(id)} download="results.csv">
      <Icon name="download" /> {authorText.download}
    </LinkButton>
  )
  return (
    <>
      <PageTitle
        application={text.application}
        above={<BackLink href={`/quizzes/${id}`}>{authorText.toQuiz}</BackLink>}
        actions={download}
      >
        {quiz.data ? authorText.resultsOf(quiz.data.title) : authorText.results}
      </PageTitle>
      <ResultsList accountId={accountId} quizId={id} />
    </>
  )
}
