import type { ReactNode } from 'react'
import { ListSkeleton } from '../skeleton/skeleton.tsx'
import { Load, type Loadable } from '../states/load.tsx'

export interface AccountGateProps<Account> {
  /** Who asks; its account is null when nobody is logged in. */
  readonly session: Loadable<{ readonly account: Account | null }>
  /** Title of the failure to find out: "Your account could not be loaded". */
  readonly failure: string
  /** The reason in words. */
  readonly explain: (error: unknown) => string
  /** For whoever isn't logged in. */
  readonly otherwise: ReactNode
  readonly children: (account: Account) => ReactNode
}

/** What is for those who are logged in; something else, in the same place, for the others. */
export function AccountGate<Account>({ session, failure, explain, otherwise, children }: AccountGateProps<Account>) {
  // Who one is stays known when it can't be asked for again; what is inside says what it could not load.
  const known = session.data ? { ...session, error: null } : session
  return (
    <Load of={known} failure={failure} explain={explain} skeleton={<ListSkeleton rows={2} />}>
      {({ account }) => (account ? children(account) : otherwise)}
    </Load>
  )
}
