import { findNode, getNode, type LoadBalancer, nodesOf, subnetsOf } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape, wireList } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { InvalidConfigurationRequest, NotFound } from '../errors.ts'
import { changeBy, describeAttributes, LOAD_BALANCER_ATTRIBUTES } from './attributes.ts'
import { changing, loadBalancerOf, looking, type OperationContext, PAGING, pageOf } from './context.ts'

/** Operations on load balancers. */
export const loadBalancerOperations = (context: OperationContext): readonly Operation[] => [
  operation({
    name: 'DescribeLoadBalancers',
    input: shape({
      LoadBalancerArns: wireList(z.string()).optional(),
      Names: wireList(z.string()).optional(),
      ...PAGING,
    }),
    authorize: looking('DescribeLoadBalancers'),
    run({ LoadBalancerArns: arns, Names: names, ...paging }) {
      const all = context.state.loadBalancers
      for (const arn of arns ?? []) loadBalancerOf(context, arn)
      const missing = names?.find(wanted => !all.some(({ name }) => name === wanted))
      if (missing !== undefined) {
        throw new NotFound('LoadBalancerNotFound', `Load balancers '[${missing}]' not found`)
      }
      const found = all.filter(
        ({ arn, name }) => (!arns?.length || arns.includes(arn)) && (!names?.length || names.includes(name)),
      )
      const { page, NextMarker } = pageOf(found, paging)
      return { LoadBalancers: page.map(each => describe(context, each)), NextMarker }
    },
  }),
  operation({
    name: 'DescribeLoadBalancerAttributes',
    input: shape({ LoadBalancerArn: z.string() }),
    authorize: looking('DescribeLoadBalancerAttributes'),
    run: ({ LoadBalancerArn }) => ({
      Attributes: describeAttributes(LOAD_BALANCER_ATTRIBUTES, loadBalancerOf(context, LoadBalancerArn)),
    }),
  }),
  operation({
    name: 'ModifyLoadBalancerAttributes',
    input: shape({
      LoadBalancerArn: z.string(),
      Attributes: wireList(shape({ Key: z.string(), Value: z.string() })),
    }),
    authorize: ({ LoadBalancerArn }) => changing('ModifyLoadBalancerAttributes', LoadBalancerArn),
    run({ LoadBalancerArn, Attributes }) {
      const { id } = loadBalancerOf(context, LoadBalancerArn)
      const change = changeBy(LOAD_BALANCER_ATTRIBUTES, loadBalancerOf(context, LoadBalancerArn), Attributes)
      if (change.accessLogs && change.accessLogs.bucket === '') {
        throw new InvalidConfigurationRequest('access_logs.s3.bucket must be given when access logs are enabled')
      }
      context.state.changeLoadBalancer(id, change)
      return { Attributes: describeAttributes(LOAD_BALANCER_ATTRIBUTES, loadBalancerOf(context, LoadBalancerArn)) }
    },
  }),
  operation({
    name: 'SetSecurityGroups',
    input: shape({ LoadBalancerArn: z.string(), SecurityGroups: wireList(z.string()) }),
    authorize: ({ LoadBalancerArn }) => changing('SetSecurityGroups', LoadBalancerArn),
    run({ LoadBalancerArn, SecurityGroups }) {
      const { id } = loadBalancerOf(context, LoadBalancerArn)
      const known = nodesOf(context.state.architecture, 'securityGroup')
      const securityGroups = SecurityGroups.map(physicalId => {
        const group = known.find(each => each.physicalId === physicalId)
        if (group) return group.id
        throw new InvalidConfigurationRequest(`Security group '${physicalId}' is not valid`)
      })
      context.state.changeLoadBalancer(id, { securityGroups })
      return { SecurityGroupIds: SecurityGroups }
    },
  }),
]

function describe({ state, world, nodes, startedAt }: OperationContext, loadBalancer: LoadBalancer): unknown {
  const { architecture } = state
  const subnets = subnetsOf(architecture, loadBalancer.subnets)
  const vpc = subnets[0] && findNode(architecture, subnets[0].vpc, 'vpc')
  const up = nodes.of(loadBalancer.id).every(({ zone }) => world.zones.isUp(zone))
  return {
    LoadBalancerArn: loadBalancer.arn,
    LoadBalancerName: loadBalancer.name,
    DNSName: loadBalancer.dnsName,
    CanonicalHostedZoneId: loadBalancer.hostedZoneId,
    CreatedTime: timestamp(startedAt),
    Scheme: loadBalancer.scheme,
    Type: 'application',
    IpAddressType: 'ipv4',
    VpcId: vpc?.physicalId,
    State: { Code: up ? 'active' : 'active_impaired' },
    AvailabilityZones: subnets.map(({ physicalId, zone }) => ({ ZoneName: zone, SubnetId: physicalId })),
    SecurityGroups: loadBalancer.securityGroups.map(id => getNode(architecture, id, 'securityGroup').physicalId),
  }
}
