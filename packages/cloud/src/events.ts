import type { ServiceEvent } from './deliveries.ts'
import type { World } from './world.ts'

/**
 * Puts an event of a service on the account's default bus, as EventBridge carries it.
 * @see Amazon EventBridge User Guide, "AWS service event metadata"
 */
export function sendEvent(
  { architecture, clock, random, deliveries }: Pick<World, 'architecture' | 'clock' | 'random' | 'deliveries'>,
  { source, detailType, resources, detail }: ServiceEvent,
): void {
  const { region, account } = architecture
  const body = {
    version: '0',
    id: random.uuid(),
    'detail-type': detailType,
    source,
    account,
    time: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources,
    detail,
  }
  void deliveries.deliver({
    to: `arn:aws:events:${region}:${account}:event-bus/default`,
    from: { kind: 'service', service: 'events.amazonaws.com', sourceArn: resources[0] ?? '' },
    body: JSON.stringify(body),
  })
}
