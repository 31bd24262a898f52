import { ConnectionBar, Icon, PageFrame, RouterProvider, ToastRegion } from '@terrace/ui'
import { Route, Routes, useHref, useLocation, useNavigate } from 'react-router'
import { useServices } from './api/services.ts'
import { LazyPart } from './frame/lazy-part.tsx'
import { NotFoundPage } from './frame/not-found-page.tsx'
import { useSections } from './frame/use-sections.ts'
import { HomePage } from './home/home-page.tsx'
import { text } from './text/text.ts'

const player = <LazyPart name="play" load={async () => (await import('./play/play-pages.tsx')).PlayPages} />
const author = <LazyPart name="author" load={async () => (await import('./author/author-pages.tsx')).AuthorPages} />
const account = (
  <LazyPart name="account" load={async () => (await import('./account/account-pages.tsx')).AccountPages} />
)

/** The frame and the three parts: players, authors, accounts. Whoever plays loads nothing of the other two. */
export function App() {
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const { connection, toasts } = useServices()
  return (
    <RouterProvider navigate={path => void navigate(path)} useHref={useHref}>
      <PageFrame
        brand={
          <>
            <Icon name="question" /> {text.application}
          </>
        }
        brandHref="/"
        navLabel={text.navigation}
        path={pathname}
        nav={useSections()}
        banner={<ConnectionBar connection={connection} offline={text.offline} away={text.away} />}
      >
        <Routes>
          <Route path="/" element={<HomePage />} />
          <Route path="/main.html" element={<HomePage />} />
          <Route path="/play/*" element={player} />
          <Route path="/quizzes/*" element={author} />
          <Route path="/account" element={account} />
          <Route path="/sign-in" element={account} />
          <Route path="/sign-up" element={account} />
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      </PageFrame>
      <ToastRegion toasts={toasts} />
    </RouterProvider>
  )
}
