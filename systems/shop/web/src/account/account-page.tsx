import { PageTitle } from '@terrace/ui'
import { AccountDetails } from '@terrace/ui/account'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import { WithAccount } from './with-account.tsx'

/** Who one is, the password, and the way out. */
export function AccountPage() {
  const { api, toasts } = useServices()
  return (
    <>
      <PageTitle application={text.application}>{text.account}</PageTitle>
      <WithAccount>
        {account => (
          <AccountDetails
            site={{ api, toasts, text, explain }}
            facts={[
              [text.name, account.name],
              [text.email, account.email],
            ]}
            username={account.email}
          />
        )}
      </WithAccount>
    </>
  )
}
