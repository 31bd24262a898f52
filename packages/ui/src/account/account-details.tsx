import type { ReactNode } from 'react'
import { Button } from '../button/button.tsx'
import { Facts } from '../part/facts.tsx'
import { Part } from '../part/part.tsx'
import styles from './account.module.css'
import type { AccountSite } from './account-site.ts'
import { PasswordForm } from './password-form.tsx'
import { useLogOut } from './use-log-out.ts'

export interface AccountDetailsProps {
  readonly site: AccountSite
  /** Who one is: each fact with its name. */
  readonly facts: readonly (readonly [string, ReactNode])[]
  /** What one logs in with. */
  readonly username: string
}

/** Who one is, the way out, and the password. */
export function AccountDetails({ site, facts, username }: AccountDetailsProps) {
  const { logOut, isPending } = useLogOut(site)
  const { text } = site
  return (
    <>
      <Facts facts={facts} />
      <div className={styles.out}>
        <Button onPress={() => void logOut()} isPending={isPending}>
          {text.logOut}
        </Button>
      </div>
      <Part title={text.changePassword}>
        <div className={styles.panel}>
          <p className={styles.note}>{text.changePasswordText}</p>
          <PasswordForm site={site} username={username} />
        </div>
      </Part>
    </>
  )
}
