import { Duration } from 'aws-cdk-lib'
import { Match } from 'aws-cdk-lib/assertions'
import { describe, it } from 'vitest'
import { templateOf } from '../test/support.ts'
import { WorkQueue } from './work-queue.ts'

describe('a queue of work', () => {
  const template = templateOf(stack => new WorkQueue(stack, 'Orders', { visibilityTimeout: Duration.seconds(30) }))

  it('S-16: puts aside what failed five times, and keeps it for 14 days', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 30,
      RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: Match.anyValue() },
    })
    template.allResourcesProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 1_209_600,
      SqsManagedSseEnabled: true,
    })
  })

  it('S-16: rings when work waits, and at the first message that was put aside', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateAgeOfOldestMessage',
      Threshold: 300,
      EvaluationPeriods: 3,
    })
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
      EvaluationPeriods: 1,
    })
  })
})
