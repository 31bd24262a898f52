import { acknowledgeWildcards, operationsAlarm, operationsLog } from '@terrace/constructs'
import { FUNCTION_HANDLER } from '@terrace/constructs/build'
import { Duration, Validations } from 'aws-cdk-lib'
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { type IRuleTarget, Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { type IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaCode, Runtime } from 'aws-cdk-lib/aws-lambda'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { StringParameter } from 'aws-cdk-lib/aws-ssm'
import { Construct } from 'constructs'
import type { RemovalTier } from './removal-tier.ts'

export interface GuardProps {
  /** Folder with its code. */
  readonly code: string
  readonly tier: RemovalTier
  /** The topic `alarm-update-instance`. */
  readonly topic: ITopic
  /** Name of the parameter that it writes and the site reads. */
  readonly parameterName: string
}

/** Events of EC2 Auto Scaling after which the tier may have begun or ended to grow. */
const EVENTS = [
  'EC2 Instance-launch Lifecycle Action',
  'EC2 Instance Launch Successful',
  'EC2 Instance Launch Unsuccessful',
]

/**
 * A function of Lambda that keeps pictures away from the removal tier while it grows, so that new instances are not
 * met by a storm: it writes a parameter that the site reads. It looks at the group each time anything happens to it, when
 * the processors are busy, and once a minute, and then for as long as it grows, since no event tells when a balancer finds
 * a new target healthy.
 */
export class Guard extends Construct {
  readonly gate: StringParameter
  readonly putAside: Alarm

  constructor(scope: Construct, id: string, props: GuardProps) {
    super(scope, id)
    const { tier } = props
    this.gate = new StringParameter(this, 'Gate', {
      parameterName: props.parameterName,
      stringValue: JSON.stringify({ state: 'open' }),
      description: 'Whether the site may call the removal tier; written by the guard',
    })
    const deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
    Validations.of(deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is where dead letters of a topic and a function end; nothing takes them from there but people.',
    })
    const looks = this.#function(props, deadLetters)

    props.topic.addSubscription(new LambdaSubscription(looks, { deadLetterQueue: deadLetters }))
    const target: IRuleTarget = new LambdaFunction(looks, { deadLetterQueue: deadLetters, retryAttempts: 2 })
    new Rule(this, 'Launches', {
      description: 'The removal tier grows, or has grown',
      eventPattern: {
        source: ['aws.autoscaling'],
        detailType: EVENTS,
        detail: { AutoScalingGroupName: [tier.groupName] },
      },
      targets: [target],
    })
    new Rule(this, 'EveryMinute', { schedule: Schedule.rate(Duration.minutes(1)), targets: [target] })
    this.putAside = operationsAlarm(this, 'PutAside', {
      description: 'The guard failed: the removal tier is not restricted while it grows. Somebody has to look',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      from: 1,
      minutes: 1,
    })
  }

  /** Lets the site read what the guard has written. */
  allowReading(reader: IGrantable): void {
    reader.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'ReadGate', actions: ['ssm:GetParameter'], resources: [this.gate.parameterArn] }),
    )
  }

  #function({ code, tier }: GuardProps, deadLetterQueue: IQueue): LambdaCode {
    const logGroup = operationsLog(this, 'Log')
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    logGroup.grantWrite(role)
    role.addToPolicy(
      new PolicyStatement({
        sid: 'Gate',
        actions: ['ssm:GetParameter', 'ssm:PutParameter'],
        resources: [this.gate.parameterArn],
      }),
    )
    role.addToPolicy(
      new PolicyStatement({
        sid: 'Look',
        actions: ['autoscaling:DescribeAutoScalingGroups', 'elasticloadbalancing:DescribeTargetHealth'],
        resources: ['*'],
      }),
    )
    acknowledgeWildcards(role, 'Neither of the two calls knows a narrower resource.', ['Resource::*'])
    return new LambdaCode(this, 'Function', {
      description: 'Restricts the removal tier while it grows',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: FUNCTION_HANDLER,
      code: Code.fromAsset(code),
      // It watches a tier that grows for most of a minute.
      timeout: Duration.seconds(60),
      memorySize: 256,
      role,
      logGroup,
      deadLetterQueue,
      maxEventAge: Duration.minutes(15),
      retryAttempts: 2,
      // It reads before it writes.
      reservedConcurrentExecutions: 1,
      environment: {
        CUTOUT_GROUP: tier.groupName,
        CUTOUT_TARGET_GROUP: tier.targetGroupArn,
        CUTOUT_GATE_PARAMETER: this.gate.parameterName,
      },
    })
  }
}
