import { Badge } from '../badge/badge.tsx'
import { Button } from '../button/button.tsx'
import { DateText } from '../format/date-text.tsx'
import { formatNumber } from '../format/numbers.ts'
import { Link } from '../link/link.tsx'
import { MenuButton } from '../menu/menu-button.tsx'
import type { Column } from '../table/column.ts'
import { RowActions } from '../table/row-actions.tsx'

/** A row of the examples. */
export interface Thing {
  readonly id: number
  readonly name: string
  readonly count: number
  readonly since: string
  readonly isGood: boolean
}

const NAMES = [
  'A thing',
  'Another thing with quite a long name that will need a second line somewhere',
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
  '<b>not bold</b>',
]

/** As many rows as asked for, always the same ones. */
export const makeThings = (howMany: number): readonly Thing[] =>
  Array.from({ length: howMany }, (_, index) => ({
    id: index + 1,
    name: `${NAMES[index % NAMES.length]} ${index + 1}`,
    count: (index * 7919) % 10_007,
    since: `2026-${String((index % 12) + 1).padStart(2, '0')}-${String((index % 28) + 1).padStart(2, '0')}`,
    isGood: index % 3 !== 0,
  }))

/** Columns of every kind: title, state, number, date, actions. */
export const thingColumns: readonly Column<Thing>[] = [
  {
    id: 'name',
    header: 'Name',
    isSortable: true,
    card: 'title',
    cell: thing => (
      <Link href="#/tables" look="title">
        {thing.name}
      </Link>
    ),
  },
  {
    id: 'state',
    header: 'State',
    width: '9rem',
    card: 'corner',
    cell: thing => <Badge state={thing.isGood ? 'good' : 'bad'}>{thing.isGood ? 'Available' : 'Overdue'}</Badge>,
  },
  {
    id: 'count',
    header: 'Count',
    width: '7rem',
    align: 'end',
    isSortable: true,
    cell: thing => formatNumber(thing.count),
  },
  { id: 'since', header: 'Since', width: '9rem', cell: thing => <DateText date={thing.since} /> },
  {
    id: 'actions',
    header: 'Actions',
    width: '12rem',
    card: 'actions',
    cell: thing => (
      <RowActions>
        <Button size="small" label={`Return thing ${thing.id}`}>
          Return thing
        </Button>
        <MenuButton
          label={`More actions for ${thing.name}`}
          actions={[{ id: 'edit', label: 'Edit thing', onAction: () => {} }]}
        />
      </RowActions>
    ),
  },
]

/** Sorts the examples by a column. */
export const sortThings = (things: readonly Thing[], column: string, isDescending: boolean): readonly Thing[] => {
  const sorted = things.toSorted((a, b) => (column === 'count' ? a.count - b.count : a.name.localeCompare(b.name)))
  return isDescending ? sorted.reverse() : sorted
}
