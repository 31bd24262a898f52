import type { ReactNode } from 'react'
import { Route, Routes, useParams } from 'react-router'
import { WithAccount } from '../account/with-account.tsx'
import { NotFoundPage } from '../frame/not-found-page.tsx'
import { QuizPage } from './quiz/quiz-page.tsx'
import { QuizzesPage } from './quizzes/quizzes-page.tsx'
import { ResultsPage } from './results/results-page.tsx'

/** The author's part of the site. */
export const AuthorPages = () => (
  <Routes>
    <Route index element={<QuizzesPage />} />
    <Route path=":id" element={<OneQuiz Page={QuizPage} />} />
    <Route path=":id/results" element={<OneQuiz Page={ResultsPage} />} />
    <Route path="*" element={<NotFoundPage />} />
  </Routes>
)

/** What the pages about one quiz want to know. */
export interface QuizPageProps {
  readonly accountId: number
  readonly id: string
}

// The key makes each quiz a view of its own: nothing of the one shown before stays behind.
function OneQuiz({ Page }: { readonly Page: (props: QuizPageProps) => ReactNode }) {
  const { id = '' } = useParams()
  return <WithAccount>{account => <Page key={`${account.id} ${id}`} accountId={account.id} id={id} />}</WithAccount>
}
