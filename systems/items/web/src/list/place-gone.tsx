import { EmptyState, Link, RequestError } from '@terrace/ui'
import type { PageQuery } from '../api/items-api.ts'
import { text } from '../text.ts'
import { listHref } from './list-place.ts'

/** Whether the API does not know the cursor of an address: kept too long, cut short, or of another search. */
export const isPlaceGone = ({ after }: PageQuery, error: unknown): boolean =>
  after !== undefined && error instanceof RequestError && error.status === 400

/** Leads on from an address that has no place in the list any more. */
export const PlaceGone = ({ q }: { readonly q: string }) => (
  <EmptyState
    icon="search"
    title={text.placeGone}
    action={<Link href={listHref({ q, after: undefined })}>{text.newest}</Link>}
  >
    {text.placeGoneText}
  </EmptyState>
)
