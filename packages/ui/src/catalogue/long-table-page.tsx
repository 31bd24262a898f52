import { useMemo, useState } from 'react'
import type { Sort } from '../list-state/list-state.ts'
import { DataTable } from '../table/data-table.tsx'
import { makeThings, sortThings, thingColumns } from './things.tsx'

const THINGS = makeThings(10_000)

/** 10,000 rows in one table: must stay smooth. */
export function LongTablePage() {
  const [sort, setSort] = useState<Sort>({ column: 'count', direction: 'ascending' })
  const rows = useMemo(() => sortThings(THINGS, sort.column, sort.direction === 'descending'), [sort])
  return (
    <DataTable
      label="10,000 things"
      columns={thingColumns}
      rows={rows}
      rowKey={thing => thing.id}
      sort={sort}
      onSort={setSort}
    />
  )
}
