import type { Choice } from '@terrace/ui'
import { hasOverdue } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import type { Book, Member } from '../api/types.ts'
import { useToday } from '../frame/use-today.ts'
import { text } from '../text.ts'
import { PickDialog } from './pick-dialog.tsx'
import { useLend } from './use-lend.ts'

/** Most members that the picker offers; typing narrows them down. */
const OFFERED = 20

/** Lends one book to a member that is searched for. */
export function LendBookDialog({ book, onClose }: { readonly book: Book; readonly onClose: () => void }) {
  const { api } = useServices()
  const lend = useLend()
  const today = useToday()
  return (
    <PickDialog
      title={text.lendBookTitle(book.title)}
      onClose={onClose}
      label={text.member}
      hint={text.memberHint}
      emptyText={text.noMemberFound}
      missing={text.memberMissing}
      submitLabel={text.lendBook}
      searchKey={['pickMember']}
      search={async (q, signal) => {
        const { rows } = await api.members({ ...(q && { q }), sort: 'name', limit: OFFERED }, signal)
        return rows.map(member => toChoice(member, today))
      }}
      onPick={({ id, name }, key) => lend({ bookId: book.id, title: book.title, memberId: Number(id), name }, key)}
    />
  )
}

function toChoice(member: Member, today: string): Choice {
  const count = member.borrowed_books.length
  const overdue = count === 1 ? text.memberHasOnlyOverdue : text.memberHasOverdue(count)
  return {
    id: String(member.id),
    name: member.name,
    note: hasOverdue(member, today) ? overdue : text.memberHas(count),
  }
}
