import { useSyncExternalStore } from 'react'
import { Icon } from '../icons/icon.tsx'
import { PageFrame } from '../page-frame/page-frame.tsx'
import { PageTitle } from '../page-frame/page-title.tsx'
import { ToastRegion } from '../toast/toast-region.tsx'
import { createToasts } from '../toast/toasts.ts'
import { ControlsPage } from './controls-page.tsx'
import { LongTablePage } from './long-table-page.tsx'
import { StatesPage } from './states-page.tsx'
import { TablesPage } from './tables-page.tsx'

const toasts = createToasts()

const PAGES = [
  { path: '#/controls', label: 'Controls', content: <ControlsPage toasts={toasts} /> },
  { path: '#/states', label: 'States', content: <StatesPage /> },
  { path: '#/tables', label: 'Tables', content: <TablesPage /> },
  { path: '#/long', label: '10,000 rows', content: <LongTablePage /> },
] as const

const subscribe = (listener: () => void) => {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** Every component in every state, for looking at and for the tests' photographs. */
export function Catalogue() {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash)
  const page = PAGES.find(candidate => candidate.path === hash) ?? PAGES[0]
  return (
    <>
      <PageFrame
        brand={
          <>
            <Icon name="display" /> Components
          </>
        }
        brandHref="#/controls"
        navLabel="Catalogue"
        path={page.path}
        nav={PAGES.map(({ path, label }) => ({
          href: path,
          label,
          isCurrent: path === page.path,
          count: path === '#/tables' ? 3 : 0,
        }))}
        footer={<p>The line at the foot of every page.</p>}
      >
        <PageTitle application="Components">{page.label}</PageTitle>
        {page.content}
      </PageFrame>
      <ToastRegion toasts={toasts} />
    </>
  )
}
