import { ConnectionBar, Icon, PageFrame, RouterProvider, ToastRegion } from '@terrace/ui'
import { Navigate, Route, Routes, useHref, useLocation, useNavigate, useParams } from 'react-router'
import { useServices } from './api/services.ts'
import { BookPage } from './books/book-page.tsx'
import { BooksPage } from './books/books-page.tsx'
import { NotFoundPage } from './frame/not-found-page.tsx'
import { LoansPage } from './loans/loans-page.tsx'
import { MemberPage } from './members/member-page.tsx'
import { MembersPage } from './members/members-page.tsx'
import { text } from './text.ts'

const SECTIONS = [
  { href: '/books', label: text.books },
  { href: '/members', label: text.members },
  { href: '/loans', label: text.loans },
] as const

/** The frame and the views. */
export function App() {
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const { toasts, connection } = useServices()
  return (
    <RouterProvider navigate={path => void navigate(path)} useHref={useHref}>
      <PageFrame
        brand={
          <>
            <Icon name="book" /> {text.application}
          </>
        }
        brandHref="/books"
        navLabel={text.navigation}
        path={pathname}
        nav={SECTIONS.map(section => ({ ...section, isCurrent: `${pathname}/`.startsWith(`${section.href}/`) }))}
        banner={<ConnectionBar connection={connection} offline={text.offline} away={text.away} />}
      >
        <Routes>
          <Route path="/" element={<Navigate to="/books" replace />} />
          <Route path="/books" element={<BooksPage />} />
          <Route path="/books/:id" element={<OneBook />} />
          <Route path="/members" element={<MembersPage />} />
          <Route path="/members/:id" element={<OneMember />} />
          <Route path="/loans" element={<LoansPage />} />
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      </PageFrame>
      <ToastRegion toasts={toasts} />
    </RouterProvider>
  )
}

/** The id in the address, or undefined when there is none that a thing could have. */
function useId(): number | undefined {
  const { id = '' } = useParams()
  return /^[1-9]\d{0,9}$/.test(id) ? Number(id) : undefined
}

// The key makes each thing a view of its own: nothing of the one shown before stays behind.
function OneBook() {
  const id = useId()
  return id === undefined ? <NotFoundPage /> : <BookPage key={id} id={id} />
}

function OneMember() {
  const id = useId()
  return id === undefined ? <NotFoundPage /> : <MemberPage key={id} id={id} />
}
