import { Route, Routes, useParams } from 'react-router'
import { NotFoundPage } from '../frame/not-found-page.tsx'
import { PlayPage } from './play-page.tsx'

/** The player's part of the site. */
export const PlayPages = () => (
  <Routes>
    <Route path=":code" element={<OneQuiz />} />
    <Route path="*" element={<NotFoundPage />} />
  </Routes>
)

// The key makes each quiz a view of its own: nothing of the one shown before stays behind.
function OneQuiz() {
  const { code = '' } = useParams()
  return <PlayPage key={code} code={code} />
}
