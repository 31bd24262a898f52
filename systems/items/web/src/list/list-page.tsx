import { Button, classNames, Icon, ListSearch, ListSkeleton, Load, PageTitle, Toolbar } from '@terrace/ui'
import { Suspense, useState } from 'react'
import { ask } from '../api/ask.ts'
import { PAGE_SIZE } from '../api/items-api.ts'
import { useAsked } from '../api/questions.ts'
import { useServices } from '../api/services.ts'
import type { Item } from '../api/types.ts'
import { explain } from '../explain.ts'
import { ItemDialog } from '../frame/later.tsx'
import { usePlace } from '../frame/places.ts'
import { text } from '../text.ts'
import { ItemsList } from './items-list.tsx'
import styles from './list.module.css'
import { listHref, listQuery } from './list-place.ts'
import { isPlaceGone, PlaceGone } from './place-gone.tsx'

type Open = 'new' | Item

/** All items, newest first: search, page, add, edit, delete. */
export function ListPage() {
  const { api, questions, places } = useServices()
  const place = usePlace(places)
  const query = listQuery(place)
  const page = useAsked(questions, ask.page(api, query), true)
  const [open, setOpen] = useState<Open>()
  const add = () => setOpen('new')
  const search = (q: string) => places.go(listHref({ q, after: undefined }), { replace: true })
  return (
    <>
      <PageTitle
        application={text.application}
        actions={
          <Button look="primary" onPress={add}>
            <Icon name="plus" /> {text.addItem}
          </Button>
        }
      >
        {text.items}
      </PageTitle>
      <Toolbar>
        <ListSearch label={text.searchItems} placeholder={text.searchItemsShort} q={query.q} onSearch={search} />
      </Toolbar>
      {isPlaceGone(query, page.error) ? (
        <PlaceGone q={query.q} />
      ) : (
        <div className={classNames(page.data === undefined && page.error == null && styles.waiting)}>
          <Load of={page} failure={text.itemsFailure} explain={explain} skeleton={<ListSkeleton rows={PAGE_SIZE} />}>
            {data => <ItemsList page={data} place={place} isStale={page.isPrevious} onAdd={add} onEdit={setOpen} />}
          </Load>
        </div>
      )}
      {open !== undefined && (
        <Suspense>
          <ItemDialog
            of={open === 'new' ? { kind: 'new' } : { kind: 'edit', item: open }}
            onClose={() => setOpen(undefined)}
          />
        </Suspense>
      )}
    </>
  )
}
