import { Banner, Button, useConnection } from '@terrace/ui'
import { useServices } from '../api/services.ts'
import { text } from '../text.ts'

/** The quiet bar that says that one is offline, or that the library's server does not answer. */
export function ConnectionBar() {
  const { connection } = useServices()
  const state = useConnection(connection)
  if (state === 'online') return null
  return (
    <Banner
      state="warning"
      shape="bar"
      icon="cloudOff"
      action={
        state === 'away' && (
          <Button size="small" onPress={connection.lookNow}>
            {text.lookAgain}
          </Button>
        )
      }
    >
      {state === 'offline' ? text.offline : text.away}
    </Banner>
  )
}
