import { type ReactNode, useMemo, useState } from 'react'
import type { Book } from '../api/types.ts'
import { LendBookDialog } from '../lending/lend-book-dialog.tsx'
import { BookFormDialog } from './book-form-dialog.tsx'

type Open = { readonly kind: 'add' } | { readonly kind: 'edit' | 'lend'; readonly book: Book }

export interface BookDialogs {
  readonly add: () => void
  readonly edit: (book: Book) => void
  readonly lend: (book: Book) => void
}

/** The dialogs about books: the ways to open them, and the one that is open, to be put into the view. */
export function useBookDialogs(): readonly [BookDialogs, ReactNode] {
  const [open, setOpen] = useState<Open>()
  const dialogs = useMemo(
    () => ({
      add: () => setOpen({ kind: 'add' }),
      edit: (book: Book) => setOpen({ kind: 'edit', book }),
      lend: (book: Book) => setOpen({ kind: 'lend', book }),
    }),
    [],
  )
  const close = () => setOpen(undefined)
  switch (open?.kind) {
    case 'add':
      return [dialogs, <BookFormDialog key="add" onClose={close} />]
    case 'edit':
      return [dialogs, <BookFormDialog key="edit" book={open.book} onClose={close} />]
    case 'lend':
      return [dialogs, <LendBookDialog key="lend" book={open.book} onClose={close} />]
    default:
      return [dialogs, null]
  }
}
