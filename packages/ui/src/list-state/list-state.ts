/** Which column a list is sorted by, and which way. */
export interface Sort<Column extends string = string> {
  readonly column: Column
  readonly direction: 'ascending' | 'descending'
}

/** How somebody looks at a list. All of it lives in the address, so that it survives a reload and can be passed on. */
export interface ListState<Column extends string, Filter extends string> {
  /** The text searched for; empty for everything. */
  readonly q: string
  readonly filter: Filter
  readonly sort: Sort<Column>
  /** Counts from 1. */
  readonly page: number
}

/** What a list offers. What is at its default is left out of the address. */
export interface ListSpec<Column extends string, Filter extends string> {
  readonly columns: readonly Column[]
  readonly defaultSort: Sort<Column>
  readonly filters: readonly Filter[]
  readonly defaultFilter: Filter
}

/** `-due_date` for descending by `due_date`; also what our APIs take as `sort`. */
export const sortToText = ({ column, direction }: Sort): string => (direction === 'descending' ? `-${column}` : column)

/** Reads the state of a list from an address; whatever is not offered counts as the default, never as an error. */
export function readListState<Column extends string, Filter extends string>(
  params: URLSearchParams,
  spec: ListSpec<Column, Filter>,
): ListState<Column, Filter> {
  const sortText = params.get('sort') ?? ''
  const column = spec.columns.find(candidate => candidate === sortText.replace(/^-/, ''))
  const page = Number(params.get('page') ?? '1')
  return {
    q: params.get('q') ?? '',
    filter: spec.filters.find(candidate => candidate === params.get('show')) ?? spec.defaultFilter,
    sort: column ? { column, direction: sortText.startsWith('-') ? 'descending' : 'ascending' } : spec.defaultSort,
    page: Number.isSafeInteger(page) && page >= 1 ? page : 1,
  }
}

/** The address of a state of a list, shortest form. */
export function writeListState<Column extends string, Filter extends string>(
  state: ListState<Column, Filter>,
  spec: ListSpec<Column, Filter>,
): URLSearchParams {
  const params = new URLSearchParams()
  if (state.q !== '') params.set('q', state.q)
  if (state.filter !== spec.defaultFilter) params.set('show', state.filter)
  if (sortToText(state.sort) !== sortToText(spec.defaultSort)) params.set('sort', sortToText(state.sort))
  if (state.page > 1) params.set('page', String(state.page))
  return params
}

/** The next state; looking at a list in another way starts at its first page again. */
export const changeListState = <Column extends string, Filter extends string>(
  state: ListState<Column, Filter>,
  change: Partial<ListState<Column, Filter>>,
): ListState<Column, Filter> => ({ ...state, page: 1, ...change })
