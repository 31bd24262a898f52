import { hours, messageOf, TerraceError } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import type { RunningService, Service } from '../service.ts'
import type { DeclaredFilter } from './declared-filters.ts'
import { LiveTails } from './live-tail/live-tails.ts'
import { operations } from './operations/index.ts'
import { LogsState } from './state.ts'

/** How often retention takes away what is old; AWS takes up to three days. */
const EXPIRY_INTERVAL = hours(1)

/** Log groups, with the streams and filters in them. */
export const logs: Service = {
  name: 'logs',
  emulates: ['logGroup', 'logStream', 'metricFilter', 'subscriptionFilter'],
  async start(world): Promise<RunningService> {
    const { architecture, clock, ports } = world
    const state = new LogsState(world)
    const bringUp = () => {
      for (const stream of nodesOf(architecture, 'logStream')) state.declare(stream)
      for (const filter of nodesOf(architecture, 'metricFilter')) declare(state, filter)
      for (const filter of nodesOf(architecture, 'subscriptionFilter')) declare(state, filter)
      for (const group of nodesOf(architecture, 'logGroup')) state.adopt(group)
      state.furnish()
      state.expire()
    }
    const bringAgain = async () => {
      state.forgetDeclared()
      bringUp()
    }
    bringUp()
    ports.provide('logGroups', state)
    const liveTails = new LiveTails(state, world)
    const stop = clock.every(EXPIRY_INTERVAL, () => state.expire())
    return {
      api: {
        signingName: 'logs',
        // Where StartLiveTail goes: SDKs from April 2026 on, and those before.
        hostNames: ['stream-logs', 'streaming-logs'],
        protocol: { kind: 'json', version: '1.1', target: 'Logs_20140328' },
        operations: operations(state, liveTails, world),
        invalidInput: 'InvalidParameterException',
        refused: REFUSED,
      },
      updates: {
        logGroup: {
          refuses: ({ before, after }) =>
            before && after && before.name !== after.name ? 'another name means another log group' : undefined,
          async apply({ before, after }) {
            if (before && !after && state.has(before.name)) state.delete(before.name)
            await bringAgain()
          },
        },
        logStream: {
          refuses: ({ after }) => (after ? undefined : 'a log stream is not deleted with what is in it'),
          apply: bringAgain,
        },
        metricFilter: { apply: bringAgain },
        subscriptionFilter: { apply: bringAgain },
      },
      async stop() {
        stop()
        liveTails.stop()
        await state.close()
      },
    }
  },
}

const INSIGHTS = 'queries of Logs Insights are not run here; FilterLogEvents searches with patterns'

const REFUSED: Readonly<Record<string, string>> = {
  StartQuery: INSIGHTS,
  StopQuery: INSIGHTS,
  GetQueryResults: INSIGHTS,
  DescribeQueries: INSIGHTS,
  PutDestination: 'subscription filters send to Lambda functions alone',
  CreateExportTask: 'the events are lines of JSON below data/logs of the state folder',
}

function declare(state: LogsState, filter: DeclaredFilter): void {
  try {
    state.declare(filter)
  } catch (cause) {
    throw new TerraceError(
      'LOGS_FILTER',
      `the filter ${filter.name} of ${filter.group} is refused: ${messageOf(cause)}`,
      {
        place: filter.origin.place,
        hint: 'the syntax of patterns is in the CloudWatch Logs User Guide, "Filter pattern syntax"',
        cause,
      },
    )
  }
}
