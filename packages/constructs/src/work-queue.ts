import { Duration } from 'aws-cdk-lib'
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { operationsAlarm } from './operations-alarm.ts'

export interface WorkQueueProps {
  /** How long a message that was received stays hidden: longer than its work takes. */
  readonly visibilityTimeout: Duration
  /** How often a message may be received before it is put aside. Default 5. */
  readonly attempts?: number
  /** From this age on the oldest message means that the workers don't keep up, minutes. Default 5. */
  readonly lateAfterMinutes?: number
}

/**
 * A standard queue and the one beside it for messages that failed too often, kept for 14 days. Both encrypted, TLS only.
 * Alarms: work that waits too long, and any message that was put aside.
 */
export class WorkQueue extends Construct {
  readonly queue: IQueue
  readonly deadLetters: IQueue

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id)
    const { visibilityTimeout, attempts = 5, lateAfterMinutes = 5 } = props
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) }
    this.deadLetters = new Queue(this, 'DeadLetters', common)
    this.queue = new Queue(this, 'Queue', {
      ...common,
      visibilityTimeout,
      // A receive that finds nothing waits: fewer calls, and no message lies longer than its way takes.
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: attempts },
    })
    operationsAlarm(this, 'Late', {
      description: `Messages wait for more than ${lateAfterMinutes} minutes: the workers are down or too few`,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: Duration.minutes(1) }),
      from: lateAfterMinutes * 60,
      minutes: 3,
    })
    operationsAlarm(this, 'PutAside', {
      description: `A message failed ${attempts} times and was put aside: somebody has to look`,
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      from: 1,
      minutes: 1,
    })
  }
}
