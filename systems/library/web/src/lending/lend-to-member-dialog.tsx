import { useServices } from '../api/services.ts'
import type { Member } from '../api/types.ts'
import { text } from '../text.ts'
import { PickDialog } from './pick-dialog.tsx'
import { useLend } from './use-lend.ts'

/** Most books that the picker offers; typing narrows them down. */
const OFFERED = 20

/** Lends a book that is searched for to one member. */
export function LendToMemberDialog({ member, onClose }: { readonly member: Member; readonly onClose: () => void }) {
  const { api } = useServices()
  const lend = useLend()
  return (
    <PickDialog
      title={text.lendTo(member.name)}
      onClose={onClose}
      label={text.book}
      hint={text.bookHint}
      emptyText={text.noAvailableBookFound}
      missing={text.bookMissing}
      submitLabel={text.lendBook}
      searchKey={['pickBook']}
      search={async (q, signal) => {
        const { rows } = await api.books({ ...(q && { q }), available: true, sort: 'title', limit: OFFERED }, signal)
        return rows.map(({ id, title, author }) => ({ id: String(id), name: title, note: author }))
      }}
      onPick={({ id, name: title }, key) =>
        lend({ bookId: Number(id), title, memberId: member.id, name: member.name }, key)
      }
    />
  )
}
