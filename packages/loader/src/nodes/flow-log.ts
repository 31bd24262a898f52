import { seconds } from '@terrace/kit'
import type { FlowLog } from '@terrace/model'
import { type BuilderTable, type FoldContext, fold, notModelled } from './build-context.ts'

const LOG_GROUP_ARN = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)/

/** VPC flow logs, folded into the VPC or subnet that they watch. */
export const flowLog: BuilderTable = {
  'AWS::EC2::FlowLog': fold(context => {
    const { properties } = context
    const kind = properties.oneOf('ResourceType', [
      'VPC',
      'Subnet',
      'NetworkInterface',
      'TransitGateway',
      'TransitGatewayAttachment',
      'RegionalNatGateway',
    ])
    if (kind !== 'VPC' && kind !== 'Subnet') {
      throw notModelled(properties, 'ResourceType', `flow logs of a ${kind} are not modelled, only of VPCs and subnets`)
    }
    properties.withoutEffect({ Tags: 'for people and for bills' })
    const log = flowLogOf(context)
    if (kind === 'VPC') {
      const network = context.find(properties, 'ResourceId', 'vpc')
      if (network !== undefined) {
        context.update(network, 'vpc', old => ({ ...old, flowLogs: [...(old.flowLogs ?? []), log] }))
      }
      return
    }
    const subnet = context.find(properties, 'ResourceId', 'subnet')
    if (subnet !== undefined) {
      context.update(subnet, 'subnet', old => ({ ...old, flowLogs: [...(old.flowLogs ?? []), log] }))
    }
  }),
}

/** @see "AWS::EC2::FlowLog" in the CloudFormation Template Reference for the defaults */
function flowLogOf({ properties }: FoldContext): FlowLog {
  const destination =
    properties.oneOf('LogDestinationType', ['cloud-watch-logs', 's3', 'kinesis-data-firehose']) ?? 'cloud-watch-logs'
  const given = properties.text('LogGroupName') ?? properties.text('LogDestination')
  if (given === undefined) throw properties.bad('LogDestination', 'given, or LogGroupName')
  const aggregation = properties.number('MaxAggregationInterval') ?? 600
  if (aggregation !== 60 && aggregation !== 600) throw properties.bad('MaxAggregationInterval', '60 or 600')
  const format = properties.text('LogFormat')
  const role = properties.text('DeliverLogsPermissionArn')
  return {
    traffic: properties.oneOf('TrafficType', ['ACCEPT', 'REJECT', 'ALL']) ?? 'ALL',
    destination,
    target: destination === 'cloud-watch-logs' ? (LOG_GROUP_ARN.exec(given)?.[1] ?? given) : given,
    aggregation: seconds(aggregation),
    ...(format === undefined ? {} : { format }),
    ...(role === undefined ? {} : { role }),
  }
}
