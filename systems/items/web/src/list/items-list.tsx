import { Button } from '@terrace/ui'
import { startTransition, useEffect, useState } from 'react'
import { useServices } from '../api/services.ts'
import type { Item, ItemPage } from '../api/types.ts'
import { useChanges } from '../changes/changes.ts'
import { shownRows } from '../changes/shown-rows.ts'
import type { Place } from '../frame/places.ts'
import { text } from '../text.ts'
import { ItemRow } from './item-row.tsx'
import styles from './list.module.css'
import { type ListStep, listQuery, newerStep, olderStep } from './list-place.ts'
import { NoItems } from './no-items.tsx'

/** As many rows as a usual screen shows: the rest of the page's first list comes once these are in sight. */
const FIRST_ROWS = 12

export interface ItemsListProps {
  readonly page: ItemPage
  readonly place: Place
  /** Of another part of the list: the one that was asked for is on its way. */
  readonly isStale: boolean
  readonly onAdd: () => void
  readonly onEdit: (item: Item) => void
}

/** One page of items, or what to do when there is none. */
export function ItemsList({ page, place, isStale, onAdd, onEdit }: ItemsListProps) {
  const { changes, places } = useServices()
  const snapshot = useChanges(changes)
  const [isWhole, setIsWhole] = useState(places.hasMoved)
  useEffect(() => startTransition(() => setIsWhole(true)), [])
  const { q, after } = listQuery(place)
  const rows = shownRows(page, snapshot, { q, isFirst: after === undefined, now: Date.now() })
  const newer = newerStep(place)
  const older = page.next === null ? undefined : olderStep(place, page.next)
  const step = (to: ListStep | undefined) => {
    if (!to) return
    places.go(...to)
    window.scrollTo(0, 0)
    document.querySelector('h1')?.focus({ preventScroll: true })
  }
  const remove = (item: Item) => {
    // The row goes, and with it what has the focus: the next one has it then.
    const row = document.activeElement?.closest('li')
    const near = (row?.nextElementSibling ?? row?.previousElementSibling)?.querySelector('a')
    changes.remove(item)
    ;(near ?? document.querySelector('h1'))?.focus()
  }
  const hasWay = newer !== undefined || (older !== undefined && rows.length > 0)
  return (
    <>
      {rows.length === 0 ? (
        <NoItems place={place} isStale={isStale} onAdd={onAdd} onOlder={older && (() => step(older))} />
      ) : (
        <ul aria-label={text.items} aria-busy={isStale} data-stale={isStale || undefined} className={styles.list}>
          {(isWhole ? rows : rows.slice(0, FIRST_ROWS)).map(row => (
            <ItemRow key={row.key} row={row} onEdit={onEdit} onRemove={remove} />
          ))}
        </ul>
      )}
      {hasWay && (
        <nav aria-label={text.pages} className={styles.pages}>
          <Button isDisabled={!newer || isStale} onPress={() => step(newer)}>
            {place.before.length === 0 && newer ? text.newest : text.newer}
          </Button>
          <Button isDisabled={!older || isStale} onPress={() => step(older)}>
            {text.older}
          </Button>
        </nav>
      )}
    </>
  )
}
