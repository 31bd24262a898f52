import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { minutes, systemClock, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, MetricFilter, SubscriptionFilter } from '@terrace/model'
import { clientOptions, startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import type { Service } from '../service.ts'
import { logs } from './index.ts'

export const GROUP = '/library/api'
export const groupArn = `arn:aws:logs:us-east-1:123456789012:log-group:${GROUP}`
export const group = testNode('logGroup', 'group', { name: GROUP, arn: `${groupArn}:*`, retentionDays: 7 })
export const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:alert'

/** A metric filter of the template that counts `pattern` in the group as `Library Errors`. */
export const metricFilterNode = (name: string, pattern: string, rest: Partial<MetricFilter> = {}): MetricFilter => ({
  ...testNode('metricFilter', name, {
    group: GROUP,
    name,
    pattern,
    transformation: { namespace: 'Library', name: 'Errors', value: '1' },
  }),
  ...rest,
})

export const subscriptionFilterNode = (
  name: string,
  pattern: string,
  rest: Partial<SubscriptionFilter> = {},
): SubscriptionFilter => ({
  ...testNode('subscriptionFilter', name, { group: GROUP, name, pattern, destination: FUNCTION }),
  ...rest,
})

/** Logs behind a gateway on a virtual clock, with the SDK's client. */
export interface LogsCloud extends TestCloud {
  readonly clock: VirtualClock
  readonly client: CloudWatchLogsClient
  makeStream(name: string): Promise<unknown>
  /** Puts events of this moment to a stream of the group through the SDK. */
  put(stream: string, ...messages: readonly string[]): Promise<unknown>
}

export async function startLogs(
  nodes: readonly ArchitectureNode[],
  options: { readonly state?: string; readonly services?: readonly Service[] } = {},
): Promise<LogsCloud> {
  // Applications are checked against the machine's time, too, so that the virtual clock begins at it.
  const clock = new VirtualClock(Math.floor(systemClock.now() / minutes(1)) * minutes(1))
  const { services = [], ...rest } = options
  const cloud = await startTestCloud({ nodes, services: [logs, ...services], clock, ...rest })
  const client = new CloudWatchLogsClient(clientOptions(cloud.gateway.url))
  const stop = async () => {
    client.destroy()
    await cloud.stop()
  }
  return {
    ...cloud,
    clock,
    client,
    stop,
    [Symbol.asyncDispose]: stop,
    makeStream: logStreamName => client.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName })),
    put: (logStreamName, ...messages) =>
      client.send(
        new PutLogEventsCommand({
          logGroupName: GROUP,
          logStreamName,
          logEvents: messages.map(message => ({ timestamp: clock.now(), message })),
        }),
      ),
  }
}
