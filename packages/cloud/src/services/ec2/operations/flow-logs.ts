import { digest } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import type { Operation } from '../../../gateway/api.ts'
import { DEFAULT_FIELDS } from '../../../network/flow-logs/format.ts'
import { describing } from './describe.ts'
import type { Ec2Site } from './site.ts'

/** DescribeFlowLogs. */
export function flowLogs(site: Ec2Site): Operation {
  const { architecture } = site
  return describing({
    name: 'DescribeFlowLogs',
    ids: 'FlowLogId',
    kind: 'flowLog',
    leastPage: 1,
    idOf: ({ id }) => id,
    items: () =>
      [...nodesOf(architecture, 'vpc'), ...nodesOf(architecture, 'subnet')].flatMap(node =>
        (node.flowLogs ?? []).map((log, index) => ({
          log,
          resource: node.physicalId,
          id: `fl-${digest(`${node.id} ${index}`, 17)}`,
        })),
      ),
    filters: {
      'flow-log-id': ({ id }) => [id],
      'resource-id': ({ resource }) => [resource],
      'traffic-type': ({ log }) => [log.traffic],
      'log-destination-type': ({ log }) => [log.destination],
      'log-group-name': ({ log }) => [log.destination === 'cloud-watch-logs' ? log.target : undefined],
    },
    write: ({ log, resource, id }) => ({
      flowLogId: id,
      flowLogStatus: 'ACTIVE',
      resourceId: resource,
      trafficType: log.traffic,
      logDestinationType: log.destination,
      ...(log.destination === 'cloud-watch-logs' ? { logGroupName: log.target } : { logDestination: log.target }),
      deliverLogsPermissionArn: log.role,
      logFormat: log.format ?? DEFAULT_FORMAT,
      maxAggregationInterval: log.aggregation / 1000,
    }),
    set: 'flowLogSet',
  })
}

const DEFAULT_FORMAT = DEFAULT_FIELDS.map(field => `\${${field}}`).join(' ')
