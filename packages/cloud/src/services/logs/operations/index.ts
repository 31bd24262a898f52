import type { Operation } from '../../../gateway/api.ts'
import type { World } from '../../../world.ts'
import type { LiveTails } from '../live-tail/live-tails.ts'
import type { LogsState } from '../state.ts'
import { filterLogEvents } from './filter-log-events.ts'
import { getLogEvents } from './get-log-events.ts'
import { groupOperations } from './groups.ts'
import { metricFilterOperations } from './metric-filters.ts'
import { putLogEvents } from './put-log-events.ts'
import { startLiveTail } from './start-live-tail.ts'
import { streamOperations } from './streams.ts'
import { subscriptionFilterOperations } from './subscription-filters.ts'
import { tagOperations } from './tags.ts'

/** The table of CloudWatch Logs. @see CloudWatch Logs API Reference, version 2014-03-28 */
export const operations = (
  state: LogsState,
  liveTails: LiveTails,
  world: Pick<World, 'architecture' | 'clock' | 'realtime'>,
): readonly Operation[] => [
  ...groupOperations(state),
  ...streamOperations(state, world),
  putLogEvents(state, world),
  getLogEvents(state, world),
  filterLogEvents(state, world),
  startLiveTail(state, liveTails),
  ...metricFilterOperations(state, world),
  ...subscriptionFilterOperations(state, world),
  ...tagOperations(state),
]
