import { useState } from 'react'
import type { Sort } from '../list-state/list-state.ts'
import { DataTable } from '../table/data-table.tsx'
import { Section } from './section.tsx'
import { makeThings, sortThings, thingColumns } from './things.tsx'

const THINGS = makeThings(6)

/** A table of few rows, and the same while newer rows are on their way. */
export function TablesPage() {
  const [sort, setSort] = useState<Sort>({ column: 'name', direction: 'ascending' })
  const rows = sortThings(THINGS, sort.column, sort.direction === 'descending')
  return (
    <>
      <Section title="Table">
        <DataTable
          label="Things"
          columns={thingColumns}
          rows={rows}
          rowKey={thing => thing.id}
          sort={sort}
          onSort={setSort}
        />
      </Section>
      <Section title="Table while newer rows load">
        <DataTable
          label="Older things"
          columns={thingColumns}
          rows={rows.slice(0, 2)}
          rowKey={thing => thing.id}
          isStale
        />
      </Section>
    </>
  )
}
