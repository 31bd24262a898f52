import { nodesOf } from '@terrace/model'
import { findTlsPolicy } from '../dataplane/entrance/tls-policies.ts'
import type { MissingFeature } from './feature.ts'

const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup'
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener'

/** Load balancers, their listeners and target groups. */
export const BALANCING: readonly MissingFeature[] = [
  {
    properties: [`${LISTENER} SslPolicy`],
    partly: true,
    askedFor: architecture =>
      nodesOf(architecture, 'listener')
        .filter(({ sslPolicy }) => sslPolicy !== undefined && !findTlsPolicy(sslPolicy))
        .map(({ sslPolicy, port }) => `the TLS policy ${sslPolicy} of the listener on port ${port}`),
    consequence: 'the default policy takes the place of one that is not known',
  },
  {
    properties: [`${TARGET_GROUP} TargetType`],
    partly: true,
    askedFor: architecture =>
      nodesOf(architecture, 'targetGroup')
        .filter(({ targetType }) => targetType === 'alb')
        .map(({ name, targetType }) => `the target type ${targetType} of ${name}`),
    consequence: 'no balancer is a target of another one: requests get 503',
  },
  {
    properties: [`${TARGET_GROUP} TargetGroupAttributes(load_balancing.algorithm.anomaly_mitigation)`],
    askedFor: architecture =>
      nodesOf(architecture, 'targetGroup')
        .filter(({ anomalyMitigation }) => anomalyMitigation)
        .map(({ name }) => `anomaly mitigation of ${name}`),
    consequence: 'a target with more errors gets as much as the others',
  },
  {
    properties: [
      `${TARGET_GROUP} TargetGroupAttributes(target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage)`,
      `${TARGET_GROUP} TargetGroupAttributes(target_group_health.dns_failover.minimum_healthy_targets.percentage)`,
    ],
    askedFor: architecture =>
      nodesOf(architecture, 'targetGroup')
        .filter(
          ({ minimumHealthyPercentage, dnsFailover }) =>
            minimumHealthyPercentage !== undefined || dnsFailover?.minimumHealthyPercentage !== undefined,
        )
        .map(({ name }) => `the percentage of healthy targets that ${name} asks for`),
    consequence: 'the counts of healthy targets alone decide',
  },
]
