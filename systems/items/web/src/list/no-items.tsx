import { Button, EmptyState, Link } from '@terrace/ui'
import type { Place } from '../frame/places.ts'
import { text } from '../text.ts'
import { listQuery } from './list-place.ts'

export interface NoItemsProps {
  readonly place: Place
  /** What was asked for is on its way: to go on from here would be to ask for it again. */
  readonly isStale: boolean
  readonly onAdd: () => void
  /** There when the search has not come to the end of the list. */
  readonly onOlder: (() => void) | undefined
}

/** An empty part of the list: what will be here, or how to go on. */
export function NoItems({ place, isStale, onAdd, onOlder }: NoItemsProps) {
  const { q, after } = listQuery(place)
  if (onOlder) {
    return (
      <EmptyState
        icon="search"
        title={text.noneFoundSoFar}
        action={
          <Button isDisabled={isStale} onPress={onOlder}>
            {text.searchOlder}
          </Button>
        }
      >
        {text.noneFoundSoFarText}
      </EmptyState>
    )
  }
  if (q !== '') {
    return (
      <EmptyState icon="search" title={text.noItemsFound} action={<Link href="/">{text.toItems}</Link>}>
        {text.noItemsFoundText}
      </EmptyState>
    )
  }
  if (after !== undefined) {
    return (
      <EmptyState icon="box" title={text.pageEmpty}>
        {text.pageEmptyText}
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon="box"
      title={text.noItems}
      action={
        <Button look="primary" onPress={onAdd}>
          {text.addFirstItem}
        </Button>
      }
    >
      {text.noItemsText}
    </EmptyState>
  )
}
