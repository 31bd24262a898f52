import { useLocation } from 'react-router'
import { AccountPage } from './account-page.tsx'
import { EntrancePage } from './entrance-page.tsx'

/** The pages about accounts. */
export function AccountPages() {
  const { pathname } = useLocation()
  if (pathname === '/account') return <AccountPage />
  return pathname === '/sign-up' ? (
    <EntrancePage key="sign-up" way="signUp" />
  ) : (
    <EntrancePage key="sign-in" way="logIn" />
  )
}
