import { useQuery } from '@tanstack/react-query'
import { ListSkeleton, Load } from '@terrace/ui'
import type { ReactNode } from 'react'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import type { Account } from '../api/types.ts'
import { explain } from '../explain.ts'
import { text } from '../text/text.ts'
import styles from './account.module.css'
import { EntranceForms } from './entrance-forms.tsx'

export interface WithAccountProps {
  readonly children: (account: Account) => ReactNode
  /** For whoever isn't logged in; the way in, by default. */
  readonly otherwise?: ReactNode
}

/** What is for those who are logged in; for the others the way in, in the same place. */
export function WithAccount({ children, otherwise = <LogInFirst /> }: WithAccountProps) {
  const { api } = useServices()
  const session = useQuery(ask.session(api))
  // Who one is stays known when it can't be asked for again; what is inside says what it could not load.
  const known = session.data ? { ...session, error: null } : session
  return (
    <Load of={known} failure={text.sessionFailure} explain={explain} skeleton={<ListSkeleton rows={2} />}>
      {({ account }) => (account ? children(account) : otherwise)}
    </Load>
  )
}

const LogInFirst = () => (
  <section className={styles.panel} aria-label={text.logInFirst}>
    <h2>{text.logInFirst}</h2>
    <EntranceForms way="logIn" />
  </section>
)
