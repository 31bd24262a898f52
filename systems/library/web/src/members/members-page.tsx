import { useQuery } from '@tanstack/react-query'
import {
  Button,
  Icon,
  ListSearch,
  ListSkeleton,
  type ListSpec,
  Load,
  PageTitle,
  sortToText,
  Toolbar,
  useListState,
} from '@terrace/ui'
import { useSearchParams } from 'react-router'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import { PAGE_SIZE } from '../books/book-list-spec.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import { MembersList } from './members-list.tsx'
import { useMemberDialogs } from './use-member-dialogs.tsx'

const SPEC: ListSpec<'name' | 'total_fines', 'all'> = {
  columns: ['name', 'total_fines'],
  defaultSort: { column: 'name', direction: 'ascending' },
  filters: ['all'],
  defaultFilter: 'all',
}

/** All members with their books and fines. */
export function MembersPage() {
  const { api } = useServices()
  const [state, update] = useListState(useSearchParams(), SPEC)
  const [dialogs, openDialog] = useMemberDialogs()
  const { q, sort, page } = state
  const offset = (page - 1) * PAGE_SIZE
  const members = useQuery(ask.members(api, { ...(q && { q }), sort: sortToText(sort), limit: PAGE_SIZE, offset }))
  return (
    <>
      <PageTitle
        application={text.application}
        actions={
          <Button look="primary" onPress={dialogs.add}>
            <Icon name="plus" /> {text.addMember}
          </Button>
        }
      >
        {text.members}
      </PageTitle>
      <Toolbar>
        <ListSearch
          label={text.searchMembers}
          placeholder={text.searchMembersShort}
          q={q}
          onSearch={found => update({ q: found })}
        />
      </Toolbar>
      <Load of={members} failure={text.membersFailure} explain={explain} skeleton={<ListSkeleton rows={10} />}>
        {data => (
          <MembersList
            data={data}
            state={state}
            update={update}
            dialogs={dialogs}
            isStale={members.isPlaceholderData}
          />
        )}
      </Load>
      {openDialog}
    </>
  )
}
