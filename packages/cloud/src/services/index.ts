import { acm } from './acm/index.ts'
import { autoscalingService } from './autoscaling/index.ts'
import { cloudFormationService } from './cloudformation/index.ts'
import { cloudfront } from './cloudfront/index.ts'
import { cloudwatch } from './cloudwatch/index.ts'
import { ec2Service } from './ec2/index.ts'
import { ecsService } from './ecs/index.ts'
import { elbv2 } from './elbv2/index.ts'
import { iam } from './iam/index.ts'
import { kms } from './kms/index.ts'
import { logs } from './logs/index.ts'
import { hasKept, onDemand } from './on-demand.ts'
import { type RdsOptions, rdsService } from './rds/index.ts'
import { route53 } from './route53/index.ts'
import { s3 } from './s3/index.ts'
import { secretsmanager } from './secretsmanager/index.ts'
import type { Service } from './service.ts'
import { ssm } from './ssm/index.ts'
import { sts } from './sts/index.ts'

const mailOnDemand = onDemand({
  name: 'ses',
  hostNames: ['email'],
  emulates: ['emailIdentity', 'emailTemplate', 'configurationSet'],
  provides: ['mail'],
  load: async () => (await import('./ses/index.ts')).ses,
})

const queuesOnDemand = onDemand({
  name: 'sqs',
  target: 'AmazonSQS',
  emulates: ['queue'],
  provides: ['queues'],
  receives: 'sqs',
  hasWork: hasKept('sqs'),
  load: async () => (await import('./sqs/index.ts')).sqs,
})

const topicsOnDemand = onDemand({
  name: 'sns',
  emulates: ['topic', 'subscription'],
  receives: 'sns',
  hasWork: hasKept('sns'),
  load: async () => (await import('./sns/index.ts')).sns,
})

const functionsOnDemand = onDemand({
  name: 'lambda',
  emulates: ['function', 'eventSourceMapping'],
  provides: ['functions'],
  receives: 'lambda',
  hasWork: hasKept('lambda'),
  load: async () => (await import('./lambda/index.ts')).lambda,
})

const registryOnDemand = onDemand({
  name: 'ecr',
  hostNames: ['api.ecr'],
  target: 'AmazonEC2ContainerRegistry_V20150921',
  emulates: ['repository'],
  load: async () => (await import('./ecr/index.ts')).ecr,
})

const applicationScalingOnDemand = onDemand({
  name: 'application-autoscaling',
  target: 'AnyScaleFrontendService',
  emulates: ['applicationScalingPolicy', 'scalableTarget'],
  load: async () => (await import('./applicationautoscaling/index.ts')).applicationautoscaling,
})

// Without rules, the events of other services go nowhere: it doesn't start for them.
const eventsOnDemand = onDemand({
  name: 'events',
  target: 'AWSEvents',
  emulates: ['eventBus', 'eventBusPolicy', 'eventRule'],
  hasWork: hasKept('events'),
  load: async () => (await import('./events/index.ts')).events,
})

const tracesOnDemand = onDemand({
  name: 'xray',
  emulates: ['samplingRule', 'traceGroup'],
  provides: ['traces'],
  load: async () => (await import('./xray/index.ts')).xray,
})

const tablesOnDemand = onDemand({
  name: 'dynamodb',
  target: 'DynamoDB_20120810',
  emulates: ['table'],
  hasWork: hasKept('dynamodb'),
  load: async () => (await import('./dynamodb/index.ts')).dynamodb,
})

const firewallsOnDemand = onDemand({
  name: 'wafv2',
  target: 'AWSWAF_20190729',
  emulates: ['webAcl', 'firewallRuleGroup', 'ipSet', 'regexPatternSet', 'webAclAssociation', 'firewallLogging'],
  hasWork: hasKept('wafv2'),
  load: async () => (await import('./wafv2/index.ts')).wafv2,
})

/** What may be chosen about how the services run. */
export interface ServiceOptions extends RdsOptions {
  /** Programs that can't run here are replaced by placeholders that say so. */
  readonly standIns?: boolean
}

/** The services of the local cloud: the only place to touch besides a new service's folder. Stopped from the end. */
export const services = ({ standIns = false, ...options }: ServiceOptions): readonly Service[] => [
  sts,
  iam,
  secretsmanager,
  kms,
  ssm,
  mailOnDemand,
  s3,
  queuesOnDemand,
  topicsOnDemand,
  tablesOnDemand,
  functionsOnDemand,
  logs,
  cloudwatch,
  registryOnDemand,
  rdsService(options),
  elbv2,
  acm,
  cloudfront,
  route53,
  cloudFormationService({ standIns }),
  ec2Service({ standIns }),
  autoscalingService({ standIns }),
  ecsService({ standIns }),
  applicationScalingOnDemand,
  eventsOnDemand,
  tracesOnDemand,
  firewallsOnDemand,
]
