import { Button, Facts, PageTitle, Part } from '@terrace/ui'
import { text } from '../text/text.ts'
import styles from './account.module.css'
import { PasswordForm } from './password-form.tsx'
import { useLogOut } from './use-log-out.ts'
import { WithAccount } from './with-account.tsx'

/** Who one is, the password, and the way out. */
export function AccountPage() {
  const { logOut, isPending } = useLogOut()
  return (
    <>
      <PageTitle application={text.application}>{text.account}</PageTitle>
      <WithAccount>
        {account => (
          <>
            <Facts facts={[[text.username, account.username]]} />
            <div className={styles.out}>
              <Button onPress={() => void logOut()} isPending={isPending}>
                {text.logOut}
              </Button>
            </div>
            <Part title={text.changePassword}>
              <div className={styles.panel}>
                <p className={styles.note}>{text.changePasswordText}</p>
                <PasswordForm username={account.username} />
              </div>
            </Part>
          </>
        )}
      </WithAccount>
    </>
  )
}
