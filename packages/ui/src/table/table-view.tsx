import { type FocusEvent, Fragment, memo } from 'react'
import { classNames } from '../class-names.ts'
import type { Column } from './column.ts'
import { type DataTableProps, VIRTUAL_ABOVE_ROWS } from './data-table-props.ts'
import { SortHeader } from './sort-header.tsx'
import styles from './table.module.css'
import { useVisibleRows } from './use-visible-rows.ts'

const ROW_PX = 49

/** The table as a table, with its headings in sight while one scrolls. */
export function TableView<Row, Id extends string>(props: DataTableProps<Row, Id>) {
  const { label, columns, rows, rowKey, sort, onSort, isStale = false } = props
  const isVirtual = rows.length > VIRTUAL_ABOVE_ROWS
  const { boxRef, visible, gapBefore, after, setFocused } = useVisibleRows(rows, isVirtual, ROW_PX)
  return (
    <div ref={boxRef} className={styles.frame} data-stale={isStale || undefined} aria-busy={isStale}>
      <table className={styles.table} aria-label={label} aria-rowcount={isVirtual ? rows.length + 1 : undefined}>
        <colgroup>
          {columns.map(column => (
            <col key={column.id} style={column.width === undefined ? undefined : { inlineSize: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map(column => (
              <SortHeader key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {visible.map(({ row, index, ref }, at) => (
            <Fragment key={rowKey(row)}>
              <Gap px={gapBefore(at)} columns={columns.length} />
              <TableRow
                row={row}
                index={index}
                columns={columns}
                measure={ref}
                isCounted={isVirtual}
                onFocusIn={setFocused}
              />
            </Fragment>
          ))}
          <Gap px={after} columns={columns.length} />
        </tbody>
      </table>
    </div>
  )
}

interface TableRowProps<Row, Id extends string> {
  readonly row: Row
  readonly index: number
  readonly columns: readonly Column<Row, Id>[]
  readonly measure: ((element: HTMLElement | null) => void) | undefined
  readonly isCounted: boolean
  readonly onFocusIn: (index: number | undefined) => void
}

function PlainTableRow<Row, Id extends string>(props: TableRowProps<Row, Id>) {
  const { row, index, columns, measure, isCounted, onFocusIn } = props
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={isCounted ? index + 2 : undefined}
      onFocus={() => onFocusIn(index)}
      onBlur={(event: FocusEvent) => !event.currentTarget.contains(event.relatedTarget) && onFocusIn(undefined)}
    >
      {columns.map(column => (
        <TableCell key={column.id} column={column} row={row} />
      ))}
    </tr>
  )
}

// While one scrolls, only the rows that come into sight are drawn, not the ones that stay.
const TableRow = memo(PlainTableRow) as typeof PlainTableRow

function TableCell<Row, Id extends string>({ column, row }: { readonly column: Column<Row, Id>; readonly row: Row }) {
  const className = classNames(
    styles.cell,
    column.align === 'end' && styles.end,
    column.card === 'actions' && styles.actions,
  )
  // The title names the row for a screen reader that reads the other cells one by one.
  return column.card === 'title' ? (
    <th scope="row" className={className}>
      {column.cell(row)}
    </th>
  ) : (
    <td className={className}>{column.cell(row)}</td>
  )
}

/** Room for the rows that are not drawn. */
const Gap = ({ px, columns }: { readonly px: number; readonly columns: number }) =>
  px <= 0 ? null : (
    <tr>
      <td colSpan={columns} className={styles.gap} style={{ blockSize: px }} />
    </tr>
  )
