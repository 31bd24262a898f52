import { seconds } from '@terrace/kit'
import { findNode, type TargetGroup } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape, wireBoolean, wireInteger, wireList } from '../../../gateway/api.ts'
import { InvalidConfigurationRequest, NotFound, ValidationError } from '../errors.ts'
import { changeBy, describeAttributes, FUNCTION_GROUP_ATTRIBUTES, TARGET_GROUP_ATTRIBUTES } from './attributes.ts'
import { changing, loadBalancerOf, looking, type OperationContext, PAGING, pageOf, targetGroupOf } from './context.ts'

/** Operations on target groups. */
export const targetGroupOperations = (context: OperationContext): readonly Operation[] => [
  operation({
    name: 'DescribeTargetGroups',
    input: shape({
      LoadBalancerArn: z.string().optional(),
      TargetGroupArns: wireList(z.string()).optional(),
      Names: wireList(z.string()).optional(),
      ...PAGING,
    }),
    authorize: looking('DescribeTargetGroups'),
    run({ LoadBalancerArn, TargetGroupArns: arns, Names: names, ...paging }) {
      const all =
        LoadBalancerArn === undefined
          ? context.state.targetGroups
          : context.state.targetGroupsOf(loadBalancerOf(context, LoadBalancerArn).id)
      for (const arn of arns ?? []) targetGroupOf(context, arn)
      if (names?.some(wanted => !all.some(({ name }) => name === wanted)))
        throw new NotFound('TargetGroupNotFound', 'One or more target groups not found')
      const found = all.filter(
        ({ arn, name }) => (!arns?.length || arns.includes(arn)) && (!names?.length || names.includes(name)),
      )
      const { page, NextMarker } = pageOf(found, paging)
      return { TargetGroups: page.map(group => describe(context, group)), NextMarker }
    },
  }),
  operation({
    name: 'ModifyTargetGroup',
    input: shape({
      TargetGroupArn: z.string(),
      HealthCheckProtocol: z.enum(['HTTP', 'HTTPS']).optional(),
      HealthCheckPort: z.string().optional(),
      HealthCheckPath: z.string().optional(),
      HealthCheckEnabled: wireBoolean().optional(),
      HealthCheckIntervalSeconds: wireInteger().optional(),
      HealthCheckTimeoutSeconds: wireInteger().optional(),
      HealthyThresholdCount: wireInteger().optional(),
      UnhealthyThresholdCount: wireInteger().optional(),
      Matcher: shape({ HttpCode: z.string() }).optional(),
    }),
    authorize: ({ TargetGroupArn }) => changing('ModifyTargetGroup', TargetGroupArn),
    run(input) {
      const group = targetGroupOf(context, input.TargetGroupArn)
      context.state.changeTargetGroup(group.id, { healthCheck: changedCheck(group, input) })
      return { TargetGroups: [describe(context, targetGroupOf(context, input.TargetGroupArn))] }
    },
  }),
  operation({
    name: 'DescribeTargetGroupAttributes',
    input: shape({ TargetGroupArn: z.string() }),
    authorize: looking('DescribeTargetGroupAttributes'),
    run: ({ TargetGroupArn }) => ({
      Attributes: describeOf(targetGroupOf(context, TargetGroupArn)),
    }),
  }),
  operation({
    name: 'ModifyTargetGroupAttributes',
    input: shape({ TargetGroupArn: z.string(), Attributes: wireList(shape({ Key: z.string(), Value: z.string() })) }),
    authorize: ({ TargetGroupArn }) => changing('ModifyTargetGroupAttributes', TargetGroupArn),
    run({ TargetGroupArn, Attributes }) {
      const group = targetGroupOf(context, TargetGroupArn)
      // The switch first: what else is said of stickiness needs something to hold on to.
      const ordered = [...Attributes].sort((a, b) => rank(a.Key) - rank(b.Key))
      const change = changeBy(attributesOf(group), group, ordered)
      if (change.stickiness?.type === 'app_cookie' && change.stickiness.cookie === '')
        throw new InvalidConfigurationRequest("'stickiness.app_cookie.cookie_name' must be given for app_cookie")
      context.state.changeTargetGroup(group.id, change)
      return { Attributes: describeOf(targetGroupOf(context, TargetGroupArn)) }
    },
  }),
]

const attributesOf = ({ targetType }: TargetGroup) =>
  targetType === 'lambda' ? FUNCTION_GROUP_ATTRIBUTES : TARGET_GROUP_ATTRIBUTES

const describeOf = (group: TargetGroup) => describeAttributes(attributesOf(group), group)

const RANKS = ['stickiness.enabled', 'stickiness.type']
const rank = (key: string): number => (RANKS.includes(key) ? RANKS.indexOf(key) : RANKS.length)

interface CheckInput {
  readonly HealthCheckProtocol?: 'HTTP' | 'HTTPS' | undefined
  readonly HealthCheckPort?: string | undefined
  readonly HealthCheckPath?: string | undefined
  readonly HealthCheckEnabled?: boolean | undefined
  readonly HealthCheckIntervalSeconds?: number | undefined
  readonly HealthCheckTimeoutSeconds?: number | undefined
  readonly HealthyThresholdCount?: number | undefined
  readonly UnhealthyThresholdCount?: number | undefined
  readonly Matcher?: { readonly HttpCode: string } | undefined
}

function changedCheck({ healthCheck, targetType }: TargetGroup, input: CheckInput): TargetGroup['healthCheck'] {
  if (input.HealthCheckEnabled === false && targetType !== 'lambda')
    throw new InvalidConfigurationRequest('Health checks cannot be disabled for target groups of this type')
  const port = input.HealthCheckPort ?? healthCheck.port
  const changed = {
    ...healthCheck,
    enabled: input.HealthCheckEnabled ?? healthCheck.enabled,
    protocol: input.HealthCheckProtocol ?? healthCheck.protocol,
    port: port === 'traffic' || port === 'traffic-port' ? ('traffic' as const) : Number(port),
    path: input.HealthCheckPath ?? healthCheck.path,
    interval: inRange(input.HealthCheckIntervalSeconds, 5, 300, 'HealthCheckIntervalSeconds', healthCheck.interval),
    timeout: inRange(input.HealthCheckTimeoutSeconds, 2, 120, 'HealthCheckTimeoutSeconds', healthCheck.timeout),
    healthyThreshold: threshold(input.HealthyThresholdCount, 'HealthyThresholdCount') ?? healthCheck.healthyThreshold,
    unhealthyThreshold:
      threshold(input.UnhealthyThresholdCount, 'UnhealthyThresholdCount') ?? healthCheck.unhealthyThreshold,
    matcher: input.Matcher?.HttpCode ?? healthCheck.matcher,
  }
  if (changed.timeout >= changed.interval)
    throw new ValidationError('Health check timeout must be smaller than the interval')
  return changed
}

function inRange(value: number | undefined, least: number, most: number, name: string, before: number): number {
  if (value === undefined) return before
  if (value < least || value > most)
    throw new ValidationError(`${name} '${value}' must be between ${least} and ${most}`)
  return seconds(value)
}

function threshold(value: number | undefined, name: string): number | undefined {
  if (value === undefined || (value >= 2 && value <= 10)) return value
  throw new ValidationError(`${name} '${value}' must be between 2 and 10`)
}

function describe({ state }: OperationContext, group: TargetGroup): unknown {
  const { healthCheck } = group
  const balancer = state.balancerOf(group.id)
  const lambda = group.targetType === 'lambda'
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: lambda ? undefined : group.protocol,
    Port: lambda ? undefined : group.port,
    VpcId: group.vpc && findNode(state.architecture, group.vpc, 'vpc')?.physicalId,
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: healthCheck.port === 'traffic' ? 'traffic-port' : String(healthCheck.port),
    HealthCheckEnabled: healthCheck.enabled,
    HealthCheckIntervalSeconds: healthCheck.interval / 1000,
    HealthCheckTimeoutSeconds: healthCheck.timeout / 1000,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    HealthCheckPath: healthCheck.path,
    Matcher: { HttpCode: healthCheck.matcher },
    LoadBalancerArns: balancer ? [balancer.arn] : [],
    TargetType: group.targetType,
    ProtocolVersion: lambda ? undefined : 'HTTP1',
    IpAddressType: 'ipv4',
  }
}
