import { MenuButton } from '@terrace/ui'
import type { Book } from '../api/types.ts'
import { text } from '../text.ts'

export interface BookMenuProps {
  readonly book: Book
  readonly onEdit: (book: Book) => void
  readonly onRemove: (book: Book) => void
  readonly size?: 'small' | 'normal'
}

/** The rarer actions of a book. */
export const BookMenu = ({ book, onEdit, onRemove, size = 'small' }: BookMenuProps) => (
  <MenuButton
    label={text.moreActions(text.quoted(book.title))}
    size={size}
    actions={[
      { id: 'edit', label: text.editBook, onAction: () => onEdit(book) },
      {
        id: 'delete',
        label: text.deleteBook,
        isBad: true,
        onAction: () => onRemove(book),
        blockedBecause: book.available ? undefined : text.deleteBookBlocked,
      },
    ]}
  />
)
