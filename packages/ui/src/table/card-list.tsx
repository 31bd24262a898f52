import { Fragment, memo } from 'react'
import { Select } from '../select/select.tsx'
import { useUiText } from '../ui-text.tsx'
import styles from './card-list.module.css'
import type { Column } from './column.ts'
import { type DataTableProps, VIRTUAL_ABOVE_ROWS } from './data-table-props.ts'
import { useVisibleRows } from './use-visible-rows.ts'

const CARD_PX = 150

/** The same rows as cards, for a screen that is too narrow for a table. Sorting is a select above them. */
export function CardList<Row, Id extends string>(props: DataTableProps<Row, Id>) {
  const { label, columns, rows, rowKey, isStale = false } = props
  const isVirtual = rows.length > VIRTUAL_ABOVE_ROWS
  const { boxRef, visible, gapBefore, after, setFocused } = useVisibleRows(rows, isVirtual, CARD_PX)
  return (
    <div data-stale={isStale || undefined} aria-busy={isStale} className={styles.frame}>
      <SortSelect {...props} />
      <ul ref={boxRef} className={styles.list} aria-label={label}>
        {visible.map(({ row, index, ref }, at) => (
          <Fragment key={rowKey(row)}>
            <Gap px={gapBefore(at)} />
            <li
              ref={ref}
              data-index={index}
              aria-posinset={isVirtual ? index + 1 : undefined}
              aria-setsize={isVirtual ? rows.length : undefined}
              onFocus={() => setFocused(index)}
              onBlur={event => !event.currentTarget.contains(event.relatedTarget) && setFocused(undefined)}
              className={styles.item}
            >
              <Card columns={columns} row={row} />
            </li>
          </Fragment>
        ))}
        <Gap px={after} />
      </ul>
    </div>
  )
}

function PlainCard<Row, Id extends string>(props: { readonly columns: readonly Column<Row, Id>[]; readonly row: Row }) {
  const { columns, row } = props
  const at = (place: NonNullable<Column<Row, Id>['card']>) =>
    columns.filter(column => (column.card ?? 'line') === place)
  const lines = at('line')
  return (
    <div className={styles.card}>
      <div className={styles.top}>
        <h2 className={styles.title}>
          {at('title').map(column => (
            <Fragment key={column.id}>{column.cell(row)}</Fragment>
          ))}
        </h2>
        {at('corner').map(column => (
          <Fragment key={column.id}>{column.cell(row)}</Fragment>
        ))}
      </div>
      {lines.length > 0 && (
        <dl className={styles.lines}>
          {lines.map(column => {
            const content = column.cell(row)
            return content === null || content === '' ? null : (
              <div key={column.id} className={styles.line}>
                <dt>{column.header}</dt>
                <dd>{content}</dd>
              </div>
            )
          })}
        </dl>
      )}
      {at('actions').map(column => (
        <div key={column.id} className={styles.actions}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  )
}

// While one scrolls, only the cards that come into sight are drawn, not the ones that stay.
const Card = memo(PlainCard) as typeof PlainCard

function SortSelect<Row, Id extends string>({ columns, sort, onSort }: DataTableProps<Row, Id>) {
  const text = useUiText()
  const sortable = columns.filter(column => column.isSortable)
  if (!sort || !onSort || sortable.length === 0) return null
  const choices = sortable.flatMap(column =>
    (['ascending', 'descending'] as const).map(direction => ({
      value: `${column.id} ${direction}`,
      label: `${column.header}, ${text[direction]}`,
      sort: { column: column.id, direction },
    })),
  )
  return (
    <Select
      label={text.sortBy}
      isInline
      value={`${sort.column} ${sort.direction}`}
      options={choices}
      onChange={value => {
        const chosen = choices.find(choice => choice.value === value)
        if (chosen) onSort(chosen.sort)
      }}
    />
  )
}

const Gap = ({ px }: { readonly px: number }) => (px <= 0 ? null : <li role="presentation" style={{ blockSize: px }} />)
