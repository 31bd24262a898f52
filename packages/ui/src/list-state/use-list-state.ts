import { useCallback, useMemo } from 'react'
import { changeListState, type ListSpec, type ListState, readListState, writeListState } from './list-state.ts'

/** How a router hands out the query of the address: the pair that `useSearchParams` of React Router gives. */
export type AddressQuery = readonly [
  URLSearchParams,
  (next: URLSearchParams, options: { readonly replace: boolean }) => void,
]

/**
 * The state of a list, held in the address. Typing replaces the entry in the history; anything else adds one, so that
 * *back* leads to the page one came from.
 */
export function useListState<Column extends string, Filter extends string>(
  [params, setParams]: AddressQuery,
  spec: ListSpec<Column, Filter>,
) {
  const state = useMemo(() => readListState(params, spec), [params, spec])
  const update = useCallback(
    (change: Partial<ListState<Column, Filter>>) =>
      setParams(writeListState(changeListState(readListState(params, spec), change), spec), {
        replace: change.q !== undefined,
      }),
    [params, setParams, spec],
  )
  return [state, update] as const
}
