import { seconds } from '@terrace/kit'
import type { Queue } from '@terrace/model'
import { type BuilderTable, fold, node } from './build-context.ts'
import { policyDocumentOf } from './policy-document.ts'
import type { PropertyReader } from './property-reader.ts'

/** Queues of SQS with their policies. */
export const queue: BuilderTable = {
  'AWS::SQS::Queue': node((context): Queue => {
    const { properties } = context
    properties.readElsewhere('QueueName')
    properties.withoutEffect({
      KmsDataKeyReusePeriodSeconds: 'messages lie on this machine, not encrypted with a key of KMS',
      SqsManagedSseEnabled: 'messages lie on this machine, readable by its user alone',
    })
    const kmsKeyId = properties.text('KmsMasterKeyId')
    return {
      ...context.base('queue'),
      name: context.attribute('QueueName'),
      arn: context.attribute('Arn'),
      url: context.attribute('QueueUrl'),
      ...fifo(properties),
      delay: seconds(properties.number('DelaySeconds', { least: 0, most: 900 }) ?? 0),
      maximumMessageBytes: properties.number('MaximumMessageSize', { least: 1024, most: 1_048_576 }) ?? 1_048_576,
      retention: seconds(properties.number('MessageRetentionPeriod', { least: 60, most: 1_209_600 }) ?? 345_600),
      receiveWait: seconds(properties.number('ReceiveMessageWaitTimeSeconds', { least: 0, most: 20 }) ?? 0),
      visibilityTimeout: seconds(properties.number('VisibilityTimeout', { least: 0, most: 43_200 }) ?? 30),
      ...redrive(properties),
      ...redriveAllow(properties),
      ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
    }
  }),
  'AWS::SQS::QueuePolicy': fold(context => {
    const { properties } = context
    const policy = policyDocumentOf(properties, 'PolicyDocument')
    for (const id of context.findAll(properties, 'Queues', 'queue')) {
      context.update(id, 'queue', old => ({ ...old, policy }))
    }
  }),
}

function fifo(properties: PropertyReader): Pick<Queue, 'fifo'> {
  const isFifo = properties.boolean('FifoQueue') ?? false
  const settings = {
    contentBasedDeduplication: properties.boolean('ContentBasedDeduplication') ?? false,
    deduplicationScope: properties.oneOf('DeduplicationScope', ['queue', 'messageGroup']) ?? 'queue',
    throughputLimit: properties.oneOf('FifoThroughputLimit', ['perQueue', 'perMessageGroupId']) ?? 'perQueue',
  } as const
  return isFifo ? { fifo: settings } : {}
}

function redrive(properties: PropertyReader): Pick<Queue, 'redrive'> {
  const policy = properties.object('RedrivePolicy')
  if (!policy) return {}
  return {
    redrive: {
      deadLetterArn: policy.requiredText('deadLetterTargetArn'),
      maxReceiveCount: policy.number('maxReceiveCount', { least: 1, most: 1000 }) ?? 10,
    },
  }
}

function redriveAllow(properties: PropertyReader): Pick<Queue, 'redriveAllow'> {
  const policy = properties.object('RedriveAllowPolicy')
  if (!policy) return {}
  const permission = policy.oneOf('redrivePermission', ['allowAll', 'denyAll', 'byQueue']) ?? 'allowAll'
  return { redriveAllow: { permission, sourceArns: policy.texts('sourceQueueArns') } }
}
