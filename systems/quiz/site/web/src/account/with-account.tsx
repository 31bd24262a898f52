import { useQuery } from '@tanstack/react-query'
import { AccountGate, EntrancePanel } from '@terrace/ui/account'
import type { ReactNode } from 'react'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import type { Account } from '../api/types.ts'
import { explain } from '../explain.ts'
import { text } from '../text/text.ts'
import { Entrance } from './entrance.tsx'

export interface WithAccountProps {
  readonly children: (account: Account) => ReactNode
  /** For whoever isn't logged in; the way in, by default. */
  readonly otherwise?: ReactNode
}

/** What is for those who are logged in; for the others the way in, in the same place. */
export function WithAccount({ children, otherwise = <LogInFirst /> }: WithAccountProps) {
  const { api } = useServices()
  const session = useQuery(ask.session(api))
  return (
    <AccountGate session={session} failure={text.sessionFailure} explain={explain} otherwise={otherwise}>
      {children}
    </AccountGate>
  )
}

const LogInFirst = () => (
  <EntrancePanel title={text.logInFirst}>
    <Entrance way="logIn" />
  </EntrancePanel>
)
