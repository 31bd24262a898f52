import { TerraceError } from '@terrace/kit'
import { type Architecture, nodesOf, type Queue as QueueNode } from '@terrace/model'
import { AwsError } from '../../gateway/errors.ts'
import type { QueueAttributes } from './attributes.ts'
import type { Queues } from './queues.ts'

/**
 * Makes the queues of the template, and sets those that are there already to what it says now.
 * @throws TerraceError SQS_TEMPLATE_QUEUE when AWS would refuse one of them
 */
export function makeTemplateQueues(architecture: Architecture, queues: Queues): void {
  const ours = nodesOf(architecture, 'queue')
  for (const node of ours) {
    blamed(node, () => {
      const there = queues.find(node.name)
      const queue = there ?? queues.create(node.name, attributesOf(node), node.tags)
      if (there) queues.setAttributes(there, { Policy: '', RedriveAllowPolicy: '', ...attributesOf(node) })
      queue.setTags(node.tags)
      queue.setNode(node.id)
    })
  }
  // A dead-letter queue may come after those that name it.
  for (const node of ours) {
    const queue = queues.find(node.name)
    if (queue) blamed(node, () => queues.setAttributes(queue, { RedrivePolicy: redrivePolicyOf(node) }))
  }
}

function blamed({ name, origin }: QueueNode, make: () => void): void {
  try {
    make()
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause
    throw new TerraceError('SQS_TEMPLATE_QUEUE', `the queue ${name} can't be made: ${cause.message}`, {
      hint: `change ${origin.logicalId} in the template`,
      place: origin.place,
      cause,
    })
  }
}

function attributesOf(node: QueueNode): QueueAttributes {
  const seconds = (duration: number) => String(duration / 1000)
  const { fifo, redriveAllow, kmsKeyId, policy } = node
  return {
    DelaySeconds: seconds(node.delay),
    MaximumMessageSize: String(node.maximumMessageBytes),
    MessageRetentionPeriod: seconds(node.retention),
    ReceiveMessageWaitTimeSeconds: seconds(node.receiveWait),
    VisibilityTimeout: seconds(node.visibilityTimeout),
    ...(fifo && {
      FifoQueue: 'true',
      ContentBasedDeduplication: String(fifo.contentBasedDeduplication),
      DeduplicationScope: fifo.deduplicationScope,
      FifoThroughputLimit: fifo.throughputLimit,
    }),
    ...(redriveAllow && {
      RedriveAllowPolicy: JSON.stringify({
        redrivePermission: redriveAllow.permission,
        ...(redriveAllow.sourceArns.length > 0 ? { sourceQueueArns: redriveAllow.sourceArns } : {}),
      }),
    }),
    ...(kmsKeyId === undefined ? {} : { KmsMasterKeyId: kmsKeyId }),
    ...(policy ? { Policy: JSON.stringify(policy) } : {}),
  }
}

const redrivePolicyOf = ({ redrive }: QueueNode): string =>
  redrive
    ? JSON.stringify({ deadLetterTargetArn: redrive.deadLetterArn, maxReceiveCount: redrive.maxReceiveCount })
    : ''
