import { useQuery } from '@tanstack/react-query'
import { PageTitle } from '@terrace/ui'
import { EntrancePanel, type Way } from '@terrace/ui/account'
import { Navigate } from 'react-router'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import { text } from '../text.ts'
import { Entrance } from './entrance.tsx'

/** The page for logging in and signing up; whoever is in already sees the account. */
export function EntrancePage({ way }: { readonly way: Way }) {
  const { api } = useServices()
  const session = useQuery(ask.session(api))
  if (session.data?.account) return <Navigate to="/account" replace />
  return (
    <>
      <PageTitle application={text.application}>{text.entrance}</PageTitle>
      <EntrancePanel>
        <Entrance way={way} />
      </EntrancePanel>
    </>
  )
}
