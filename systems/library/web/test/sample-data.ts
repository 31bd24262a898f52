import type { Book, Loan } from '../src/api/types.ts'
import type { StandInState } from './stand-in-api.ts'

const DAY_MS = 86_400_000

const TITLES: readonly (readonly [string, string])[] = [
  ['A Field Guide to Lighthouses', 'Writer One'],
  ['Bread at Altitude', 'Writer Two'],
  ['Cartography for Beginners', 'Writer Three'],
  ['Das Handbuch der Donaudampfschifffahrtsgesellschaftskapitäne', 'Schriftsteller Vier'],
  ['Evening Trains', 'Writer Five'],
  ['Forty Knots and How to Untie Them, with a Supplement on Rope in All Its Forms', 'Writer Six'],
  ['Gardens <b>of</b> "Quotes" & Ampersands', "Writer O'Seven"],
  ['Harbours', 'Writer Eight'],
]

const NAMES = [
  'Person One',
  'Person Two',
  'Person Three',
  'Rechtsschutzversicherungsgesellschaftsvertreter Nummer Vier',
]

const day = (fromToday: number): string => new Date(Date.now() + fromToday * DAY_MS).toISOString().slice(0, 10)

/** Due dates, days from today, of the books that are lent in the small library: one late, one today, one in time. */
const LENT: Readonly<Record<number, { readonly userId: number; readonly due: number }>> = {
  2: { userId: 1, due: -5 },
  4: { userId: 2, due: 0 },
  5: { userId: 2, due: 9 },
}

/** A small library: eight books, four members, three loans open and one returned late. */
export function smallLibrary(): StandInState {
  const books = TITLES.map(([title, author], index): Book => {
    const lent = LENT[index + 1]
    return {
      id: index + 1,
      title,
      author,
      available: lent === undefined,
      borrowed_by_id: lent?.userId ?? null,
      due_date: lent ? day(lent.due) : null,
    }
  })
  const users = NAMES.map((name, index) => ({ id: index + 1, name, total_fines: index === 0 ? 3 : 0 }))
  const past: Loan = {
    id: 1,
    book_id: 1,
    book_title: TITLES[0]?.[0] ?? '',
    user_id: 1,
    user_name: 'Person One',
    borrowed_at: `${day(-60)}T09:30:00.000Z`,
    due_date: day(-46),
    returned_at: `${day(-43)}T16:05:00.000Z`,
    fine: 3,
  }
  return { books, users, loans: [past, ...books.flatMap(book => loanOf(book, users))] }
}

/** 10,000 books, every other one lent; 10,000 members; 5,000 open loans and 10,000 past ones. */
export function largeLibrary(): StandInState {
  const users = Array.from({ length: 10_000 }, (_, index) => ({
    id: index + 1,
    name: `Person ${String(index + 1).padStart(5, '0')}`,
    total_fines: index % 7,
  }))
  const books = Array.from({ length: 10_000 }, (_, index): Book => {
    const isLent = index % 2 === 0
    return {
      id: index + 1,
      title: `Volume ${String(index + 1).padStart(5, '0')}`,
      author: `Writer ${index % 100}`,
      available: !isLent,
      borrowed_by_id: isLent ? index + 1 : null,
      due_date: isLent ? day((index % 28) - 7) : null,
    }
  })
  const past = books.map(
    (book, index): Loan => ({
      id: 100_000 + index,
      book_id: book.id,
      book_title: book.title,
      user_id: 1,
      user_name: 'Person 00001',
      borrowed_at: `${day(-60)}T09:30:00.000Z`,
      due_date: day(-46),
      returned_at: `${day(-50)}T16:05:00.000Z`,
      fine: 0,
    }),
  )
  return { books, users, loans: [...books.flatMap(book => loanOf(book, users)), ...past] }
}

function loanOf(book: Book, users: StandInState['users']): Loan[] {
  if (book.borrowed_by_id === null || book.due_date === null) return []
  return [
    {
      id: book.id + 10,
      book_id: book.id,
      book_title: book.title,
      user_id: book.borrowed_by_id,
      user_name: users[book.borrowed_by_id - 1]?.name ?? '',
      borrowed_at: new Date(Date.parse(book.due_date) - 14 * DAY_MS).toISOString(),
      due_date: book.due_date,
      returned_at: null,
      fine: 0,
    },
  ]
}
