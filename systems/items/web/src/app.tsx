import { ConnectionBar, Icon, ListSkeleton, PageFrame, RouterProvider, Skeleton } from '@terrace/ui'
import { Suspense, useEffect, useState } from 'react'
import { useServices } from './api/services.ts'
import { useChanges } from './changes/changes.ts'
import { EnvironmentLine } from './frame/environment-line.tsx'
import { ItemPage, loadLaterParts, PartBoundary, ToastRegion, Unsaved } from './frame/later.tsx'
import { NotFoundPage } from './frame/not-found-page.tsx'
import { usePlace } from './frame/places.ts'
import { ListPage } from './list/list-page.tsx'
import { text } from './text.ts'

/** The frame and the views. */
export function App() {
  const { places, connection, toasts, changes } = useServices()
  const { path } = usePlace(places)
  const hasUnsaved = useChanges(changes).changes.some(({ state }) => state.kind !== 'saving')
  const hasContent = useFirstContent()
  return (
    <RouterProvider navigate={href => places.go(href)}>
      <PageFrame
        brand={
          <>
            <Icon name="box" /> {text.application}
          </>
        }
        brandHref="/"
        navLabel={text.navigation}
        path={path}
        nav={[{ href: '/', label: text.items, isCurrent: path === '/' || path.startsWith('/items/') }]}
        banner={<ConnectionBar connection={connection} offline={text.offline} away={text.away} />}
        footer={<EnvironmentLine isDue={hasContent} />}
      >
        <PartBoundary key={path}>
          {hasUnsaved && (
            <Suspense>
              <Unsaved />
            </Suspense>
          )}
          <View path={path} />
        </PartBoundary>
      </PageFrame>
      {hasContent && (
        <PartBoundary>
          <Suspense>
            <ToastRegion toasts={toasts} />
          </Suspense>
        </PartBoundary>
      )}
    </RouterProvider>
  )
}

function View({ path }: { readonly path: string }) {
  if (path === '/') return <ListPage />
  const id = /^\/items\/([\w-]{1,64})$/.exec(path)?.[1]
  if (id === undefined) return <NotFoundPage />
  return (
    <Suspense fallback={<Skeleton>{<ListSkeleton rows={3} />}</Skeleton>}>
      <ItemPage key={id} id={id} />
    </Suspense>
  )
}

/** True once the first question to the API is answered, or has failed, and that is in sight; the rest is loaded then. */
function useFirstContent(): boolean {
  const { questions } = useServices()
  const [isThere, setIsThere] = useState(false)
  useEffect(() => {
    let isGone = false
    questions.settled.then(() => {
      // Two frames on, it has been painted.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          if (isGone) return
          loadLaterParts()
          setIsThere(true)
        }),
      )
    })
    return () => {
      isGone = true
    }
  }, [questions])
  return isThere
}
