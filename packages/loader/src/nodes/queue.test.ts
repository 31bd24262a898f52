import { join } from 'node:path'
import { nodesOf } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { load } from '../load.ts'

describe('queues of a template', async () => {
  const architecture = await load({
    kind: 'template',
    file: join(import.meta.dirname, '..', 'samples', 'messaging.yaml'),
  })
  const queues = nodesOf(architecture, 'queue')
  const dead = queues.find(({ redriveAllow }) => redriveAllow)

  it('have their settings, their dead-letter queue and the policy that names them', () => {
    expect(queues.find(({ name }) => name === 'sample')).toMatchObject({
      arn: 'arn:aws:sqs:us-east-1:123456789012:sample',
      url: 'https://sqs.us-east-1.amazonaws.com/123456789012/sample',
      physicalId: 'https://sqs.us-east-1.amazonaws.com/123456789012/sample',
      delay: 5000,
      maximumMessageBytes: 262_144,
      retention: 86_400_000,
      receiveWait: 20_000,
      visibilityTimeout: 60_000,
      redrive: { deadLetterArn: dead?.arn, maxReceiveCount: 5 },
      kmsKeyId: 'alias/aws/sqs',
      policy: { Statement: [{ Principal: { Service: 's3.amazonaws.com' } }] },
      tags: { Name: 'sample' },
    })
  })

  it('are FIFO when they say so', () => {
    const [fifo] = queues.filter(queue => queue.fifo)
    expect(fifo).toMatchObject({
      name: 'sample.fifo',
      fifo: {
        contentBasedDeduplication: true,
        deduplicationScope: 'messageGroup',
        throughputLimit: 'perMessageGroupId',
      },
    })
  })

  it('have the defaults of AWS where the template says nothing', () => {
    expect(dead).toMatchObject({
      delay: 0,
      maximumMessageBytes: 1_048_576,
      retention: 345_600_000,
      receiveWait: 0,
      visibilityTimeout: 30_000,
      redriveAllow: { permission: 'byQueue', sourceArns: ['arn:aws:sqs:us-east-1:123456789012:sample'] },
    })
    expect(dead).not.toHaveProperty('fifo')
  })
})
