import type { Sort } from '../list-state/list-state.ts'
import type { Column } from './column.ts'

export interface DataTableProps<Row, Id extends string = string> {
  /** Names the table: "Books". */
  readonly label: string
  readonly columns: readonly Column<Row, Id>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string | number
  readonly sort?: Sort<Id>
  readonly onSort?: (sort: Sort<Id>) => void
  /** Newer rows are on their way: what is shown stays, a little fainter. */
  readonly isStale?: boolean
}

/** More rows than this are drawn only where they can be seen. */
export const VIRTUAL_ABOVE_ROWS = 200
