import { useState } from 'react'
import { focusHeading } from '../page-frame/focus-heading.ts'
import type { AccountSite } from './account-site.ts'

/** Logs out, and says so only once it is done. */
export function useLogOut({ api, toasts, text, explain }: AccountSite) {
  const [isPending, setIsPending] = useState(false)
  const logOut = async () => {
    setIsPending(true)
    try {
      await api.logOut()
      toasts.add({ state: 'good', text: text.loggedOut }, { timeout: 6_000 })
      focusHeading()
    } catch (error) {
      toasts.add({ state: 'bad', text: `${text.notLoggedOut} ${explain(error)}` })
    } finally {
      setIsPending(false)
    }
  }
  return { logOut, isPending }
}
