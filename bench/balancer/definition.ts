import { seconds } from '@terrace/kit'
import type { Listener, LoadBalancer, TargetGroup } from '@terrace/model'

const PREFIX = 'arn:aws:elasticloadbalancing:us-east-1:123456789012'

const node = (id: string, type: string) => ({
  id,
  origin: { stack: 'bench', logicalId: id, type, place: { file: 'bench', line: 1 } },
  physicalId: id,
  tags: {},
})

const loadBalancer: LoadBalancer = {
  ...node('lb', 'AWS::ElasticLoadBalancingV2::LoadBalancer'),
  kind: 'loadBalancer',
  name: 'lb',
  arn: `${PREFIX}:loadbalancer/app/lb/0123456789abcdef`,
  dnsName: 'bench.localhost',
  scheme: 'internet-facing',
  subnets: ['a'],
  securityGroups: [],
  idleTimeout: seconds(60),
  clientKeepAlive: seconds(3600),
  http2: true,
  dropInvalidHeaderFields: false,
  desyncMitigation: 'defensive',
  preserveHostHeader: false,
  xffHeaderProcessing: 'append',
  xffClientPort: false,
  crossZone: true,
  deletionProtection: false,
}

const listener: Listener = {
  ...node('listener', 'AWS::ElasticLoadBalancingV2::Listener'),
  kind: 'listener',
  arn: `${PREFIX}:listener/app/lb/0123456789abcdef/0123456789abcdef`,
  loadBalancer: 'lb',
  port: 443,
  protocol: 'HTTPS',
  certificates: [],
  rules: [
    { priority: 'default', conditions: [], action: { kind: 'forward', targetGroups: [{ node: 'tg', weight: 1 }] } },
  ],
}

/** One internet-facing balancer with its defaults, and a listener that forwards everything. */
export const benchBalancer = { loadBalancer, listener }

/** Its target group, with AWS's defaults. */
export const benchGroup: TargetGroup = {
  ...node('tg', 'AWS::ElasticLoadBalancingV2::TargetGroup'),
  kind: 'targetGroup',
  name: 'tg',
  arn: `${PREFIX}:targetgroup/tg/0123456789abcdef`,
  protocol: 'HTTP',
  port: 8000,
  targetType: 'instance',
  healthCheck: {
    enabled: true,
    protocol: 'HTTP',
    port: 'traffic',
    path: '/',
    interval: seconds(30),
    timeout: seconds(5),
    healthyThreshold: 5,
    unhealthyThreshold: 2,
    matcher: '200',
  },
  deregistrationDelay: seconds(300),
  slowStart: 0,
  algorithm: 'round_robin',
  crossZone: 'use_load_balancer_configuration',
  minimumHealthyTargets: 1,
  targets: [],
}
