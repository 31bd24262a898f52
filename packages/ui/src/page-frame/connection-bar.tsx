import { Banner } from '../banner/banner.tsx'
import { Button } from '../button/button.tsx'
import { type Connection, useConnection } from '../http/connection.ts'
import { useUiText } from '../ui-text.tsx'

export interface ConnectionBarProps {
  readonly connection: Connection
  /** Said when this device has no network. */
  readonly offline: string
  /** Said when the API does not answer. */
  readonly away: string
}

/** The quiet bar under the header that says that one is offline, or that the application's server does not answer. */
export function ConnectionBar({ connection, offline, away }: ConnectionBarProps) {
  const text = useUiText()
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
            {text.tryAgain}
          </Button>
        )
      }
    >
      {state === 'offline' ? offline : away}
    </Banner>
  )
}
