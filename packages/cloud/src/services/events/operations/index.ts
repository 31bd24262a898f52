import type { Operation } from '../../../gateway/api.ts'
import { busOperations } from './buses.ts'
import { eventOperations } from './events.ts'
import { permissionOperations } from './permissions.ts'
import { ruleOperations } from './rules.ts'
import type { Context } from './shapes.ts'
import { tagOperations } from './tags.ts'
import { targetOperations } from './targets.ts'

/** The table of EventBridge. @see EventBridge API Reference, version 2015-10-07 */
export const operations = (context: Context): readonly Operation[] => [
  ...eventOperations(context),
  ...ruleOperations(context),
  ...targetOperations(context),
  ...busOperations(context),
  ...permissionOperations(context),
  ...tagOperations(context),
]

const ARCHIVES = 'events are not archived; the journal has every event that a rule has let through'
const DESTINATIONS = 'nothing outside of this machine is called'
const ENDPOINTS = 'there is one region here'
const PARTNERS = 'there are no partners here'

/** What is refused for a reason. */
export const REFUSED: Readonly<Record<string, string>> = {
  ...because(ARCHIVES, ['CreateArchive', 'DeleteArchive', 'DescribeArchive', 'ListArchives', 'UpdateArchive']),
  ...because(ARCHIVES, ['CancelReplay', 'DescribeReplay', 'ListReplays', 'StartReplay']),
  ...because(DESTINATIONS, [
    'CreateApiDestination',
    'DeleteApiDestination',
    'DescribeApiDestination',
    'ListApiDestinations',
    'UpdateApiDestination',
    'CreateConnection',
    'DeauthorizeConnection',
    'DeleteConnection',
    'DescribeConnection',
    'ListConnections',
    'UpdateConnection',
  ]),
  ...because(ENDPOINTS, ['CreateEndpoint', 'DeleteEndpoint', 'DescribeEndpoint', 'ListEndpoints', 'UpdateEndpoint']),
  ...because(PARTNERS, [
    'ActivateEventSource',
    'CreatePartnerEventSource',
    'DeactivateEventSource',
    'DeletePartnerEventSource',
    'DescribeEventSource',
    'DescribePartnerEventSource',
    'ListEventSources',
    'ListPartnerEventSourceAccounts',
    'ListPartnerEventSources',
    'PutPartnerEvents',
  ]),
}

function because(reason: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map(name => [name, reason]))
}
