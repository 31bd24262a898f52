import { TerraceError } from '@terrace/kit'
import type { Zone } from '@terrace/model'
import type { Zones } from '../../zones.ts'

/**
 * A zone that has stopped has no capacity.
 *
 * @see EC2 User Guide, "Troubleshoot Amazon EC2 instance launch issues", "Insufficient instance capacity"
 * @throws TerraceError EC2_INSUFFICIENT_CAPACITY with AWS's text
 */
export function requireCapacity(zones: Zones, zone: Zone, instanceType: string): void {
  if (zones.isUp(zone)) return
  throw new TerraceError('EC2_INSUFFICIENT_CAPACITY', insufficientCapacity(zones, zone, instanceType), {
    hint: `start the zone again: terrace zone start ${zone}`,
  })
}

/** AWS's own text, with the zones in which there would be capacity. */
export function insufficientCapacity(zones: Zones, zone: Zone, instanceType: string): string {
  const others = zones.all.filter(each => each !== zone && zones.isUp(each))
  const sorry = `We currently do not have sufficient ${instanceType} capacity in the Availability Zone you requested (${zone}).`
  const later = 'Our system will be working on provisioning additional capacity.'
  if (others.length === 0) return `${sorry} ${later}`
  return `${sorry} ${later} You can currently get ${instanceType} capacity by not specifying an Availability Zone in your request or choosing ${others.join(', ')}.`
}
