import { Button } from 'react-aria-components/Button'
import { VisuallyHidden } from 'react-aria-components/VisuallyHidden'
import { classNames } from '../class-names.ts'
import { Icon } from '../icons/icon.tsx'
import type { Sort } from '../list-state/list-state.ts'
import type { Column } from './column.ts'
import styles from './table.module.css'

export interface SortHeaderProps<Row, Id extends string> {
  readonly column: Column<Row, Id>
  readonly sort: Sort<Id> | undefined
  readonly onSort: ((sort: Sort<Id>) => void) | undefined
}

/** The heading of a column; where one can sort it is a button that sorts, and turns the order round the next time. */
export function SortHeader<Row, Id extends string>({ column, sort, onSort }: SortHeaderProps<Row, Id>) {
  const isEnd = column.align === 'end' && styles.end
  if (!column.isSortable || !onSort) {
    return (
      <th scope="col" className={classNames(styles.heading, isEnd)}>
        {column.card === 'actions' ? <VisuallyHidden>{column.header}</VisuallyHidden> : column.header}
      </th>
    )
  }
  const direction = sort?.column === column.id ? sort.direction : undefined
  const next = direction === 'ascending' ? 'descending' : 'ascending'
  return (
    <th scope="col" aria-sort={direction ?? 'none'} className={classNames(styles.heading, isEnd)}>
      <Button
        className={classNames(styles.sort, direction && styles.sorted)}
        onPress={() => onSort({ column: column.id, direction: next })}
      >
        {column.header}
        <Icon name={direction === undefined ? 'sortable' : direction === 'ascending' ? 'arrowUp' : 'arrowDown'} />
      </Button>
    </th>
  )
}
