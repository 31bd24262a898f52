import { decode } from '@terrace/ui'

/** A book as the API gives it. `due_date` is `YYYY-MM-DD`, null while it is available. */
export interface Book {
  readonly id: number
  readonly title: string
  readonly author: string
  readonly available: boolean
  readonly borrowed_by_id: number | null
  readonly due_date: string | null
}

/** A member; the API calls them users. `total_fines` counts all fines so far. */
export interface Member {
  readonly id: number
  readonly name: string
  readonly total_fines: number
  readonly borrowed_books: readonly Book[]
}

/** One lending, kept after the book came back. Instants are ISO strings; `returned_at` is null while the book is out. */
export interface Loan {
  readonly id: number
  readonly book_id: number
  readonly book_title: string
  readonly user_id: number
  readonly user_name: string
  readonly borrowed_at: string
  readonly due_date: string
  readonly returned_at: string | null
  readonly fine: number
}

const { boolean, list, nullable, number, object, text } = decode

export const bookOf = object<{ [Name in keyof Book]: Book[Name] }>({
  id: number,
  title: text,
  author: text,
  available: boolean,
  borrowed_by_id: nullable(number),
  due_date: nullable(text),
})

export const memberOf = object<{ [Name in keyof Member]: Member[Name] }>({
  id: number,
  name: text,
  total_fines: number,
  borrowed_books: list(bookOf),
})

export const loanOf = object<{ [Name in keyof Loan]: Loan[Name] }>({
  id: number,
  book_id: number,
  book_title: text,
  user_id: number,
  user_name: text,
  borrowed_at: text,
  due_date: text,
  returned_at: nullable(text),
  fine: number,
})
