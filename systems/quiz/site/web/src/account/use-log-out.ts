import { useState } from 'react'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { focusHeading } from '../frame/focus-heading.ts'
import { text } from '../text/text.ts'

/** Logs out, and says so only once it is done. */
export function useLogOut() {
  const { api, toasts } = useServices()
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
