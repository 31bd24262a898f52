import { useIsNarrow } from '../hooks/use-media.ts'
import { CardList } from './card-list.tsx'
import type { DataTableProps } from './data-table-props.ts'
import { TableView } from './table-view.tsx'

/**
 * A real table, or on a phone a list of cards made from the same columns. Sorting is the caller's; so are paging and
 * searching. Long lists stay smooth: only the rows in sight exist.
 */
export function DataTable<Row, Id extends string>(props: DataTableProps<Row, Id>) {
  return useIsNarrow() ? <CardList {...props} /> : <TableView {...props} />
}
