import { useServices } from '../api/services.ts'
import { useZone } from '../api/zone.ts'
import { text } from '../text.ts'

/** Says which zone served what is seen: the one that answered last. */
export function ZoneLine() {
  const { zone } = useServices()
  const current = useZone(zone)
  return <p>{text.servedBy(current ?? '…')}</p>
}
