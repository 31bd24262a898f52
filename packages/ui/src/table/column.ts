import type { ReactNode } from 'react'

/** One column of a table, which is also one line of a card on a phone. */
export interface Column<Row, Id extends string = string> {
  readonly id: Id
  /** Heading of the column, and label of the line on a card. */
  readonly header: string
  readonly cell: (row: Row) => ReactNode
  /** A CSS width. Fixed, so that nothing jumps while one scrolls or pages; columns without one share the rest. */
  readonly width?: string
  /** `end` for numbers. */
  readonly align?: 'start' | 'end'
  readonly isSortable?: boolean
  /**
   * Where it stands on a card: the `title`, a `line` with its label, the state beside the title (`corner`), or the
   * row of `actions`.
   */
  readonly card?: 'title' | 'corner' | 'line' | 'actions'
}
