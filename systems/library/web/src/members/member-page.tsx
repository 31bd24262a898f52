import { useQuery } from '@tanstack/react-query'
import {
  BackLink,
  Button,
  EmptyState,
  Facts,
  formatNumber,
  isNotFound,
  Link,
  ListSkeleton,
  Load,
  PageTitle,
} from '@terrace/ui'
import { useNavigate } from 'react-router'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { LoanHistory } from '../loans/loan-history.tsx'
import { text } from '../text.ts'
import { MemberBooks } from './member-books.tsx'
import { MemberMenu } from './member-menu.tsx'
import { useMemberDialogs } from './use-member-dialogs.tsx'
import { useRemoveMember } from './use-remove-member.ts'

/** One member: their books, fines and past loans. */
export function MemberPage({ id }: { readonly id: number }) {
  const { api } = useServices()
  const member = useQuery(ask.member(api, id))
  const navigate = useNavigate()
  const [dialogs, openDialog] = useMemberDialogs()
  const remove = useRemoveMember()
  const back = <BackLink href="/members">{text.members}</BackLink>
  if (member.data === undefined && isNotFound(member.error)) {
    return (
      <>
        <PageTitle application={text.application} above={back}>
          {text.memberGone}
        </PageTitle>
        <EmptyState icon="person" title={text.memberGone} action={<Link href="/members">{text.showAllMembers}</Link>}>
          {text.memberGoneText}
        </EmptyState>
      </>
    )
  }
  return (
    <>
      <PageTitle
        application={text.application}
        above={back}
        actions={
          member.data && (
            <>
              <Button
                look="primary"
                label={text.lendTo(member.data.name)}
                onPress={() => member.data && dialogs.lend(member.data)}
              >
                {text.lendABook}
              </Button>
              <MemberMenu
                member={member.data}
                size="normal"
                onRename={dialogs.rename}
                onRemove={gone => {
                  remove(gone)
                  void navigate('/members')
                }}
              />
            </>
          )
        }
      >
        {member.data?.name ?? text.member}
      </PageTitle>
      <Load of={member} failure={text.memberFailure} explain={explain} skeleton={<ListSkeleton rows={3} />}>
        {data => (
          <>
            <Facts
              facts={[
                [text.booksLent, formatNumber(data.borrowed_books.length)],
                [text.finesSoFar, formatNumber(data.total_fines)],
              ]}
            />
            <MemberBooks member={data} />
          </>
        )}
      </Load>
      <LoanHistory of={{ user_id: id }} />
      {openDialog}
    </>
  )
}
