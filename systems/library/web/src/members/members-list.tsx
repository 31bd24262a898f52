import { Button, DataTable, EmptyState, type ListState, Pagination } from '@terrace/ui'
import { useMemo } from 'react'
import type { Page } from '../api/library-api.ts'
import { useServices } from '../api/services.ts'
import type { Member } from '../api/types.ts'
import { PAGE_SIZE } from '../books/book-list-spec.ts'
import { useToday } from '../frame/use-today.ts'
import { useHidden } from '../lending/removals.ts'
import { text } from '../text.ts'
import { type MemberColumn, memberColumns } from './member-columns.tsx'
import type { MemberDialogs } from './use-member-dialogs.tsx'
import { useRemoveMember } from './use-remove-member.ts'

type State = ListState<'name' | 'total_fines', 'all'>

export interface MembersListProps {
  readonly data: Page<Member>
  readonly state: State
  readonly update: (change: Partial<State>) => void
  readonly dialogs: MemberDialogs
  readonly isStale: boolean
}

/** One page of members, or what to do when there is none. */
export function MembersList({ data, state, update, dialogs, isStale }: MembersListProps) {
  const { removals } = useServices()
  const hidden = useHidden(removals)
  const today = useToday()
  const remove = useRemoveMember()
  const columns = useMemo(
    () => memberColumns({ today, onLend: dialogs.lend, onRename: dialogs.rename, onRemove: remove }),
    [today, dialogs, remove],
  )
  const rows = data.rows.filter(member => !hidden.has(`member-${member.id}`))
  if (rows.length === 0) {
    return state.q === '' && state.page === 1 ? (
      <EmptyState
        icon="person"
        title={text.noMembers}
        action={
          <Button look="primary" onPress={dialogs.add}>
            {text.addFirstMember}
          </Button>
        }
      >
        {text.noMembersText}
      </EmptyState>
    ) : (
      <EmptyState
        icon="search"
        title={text.noMembersFound}
        action={<Button onPress={() => update({ q: '' })}>{text.showAllMembers}</Button>}
      >
        {text.noMembersFoundText}
      </EmptyState>
    )
  }
  return (
    <>
      <DataTable<Member, MemberColumn>
        label={text.members}
        columns={columns}
        rows={rows}
        rowKey={member => member.id}
        sort={state.sort}
        onSort={({ column, direction }) => {
          if (column === 'name' || column === 'total_fines') update({ sort: { column, direction } })
        }}
        isStale={isStale}
      />
      <Pagination
        page={state.page}
        pageSize={PAGE_SIZE}
        total={data.total - (data.rows.length - rows.length)}
        onPage={page => {
          update({ page })
          window.scrollTo(0, 0)
        }}
      />
    </>
  )
}
