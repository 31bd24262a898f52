import { join } from 'node:path'
import { nodesOf } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { load } from '../load.ts'

describe('topics of a template', async () => {
  const architecture = await load({
    kind: 'template',
    file: join(import.meta.dirname, '..', 'samples', 'messaging.yaml'),
  })
  const topics = nodesOf(architecture, 'topic')
  const subscriptions = nodesOf(architecture, 'subscription')

  it('have their settings, their own subscriptions and the policy that names them', () => {
    expect(topics.find(({ name }) => name === 'sample')).toMatchObject({
      arn: 'arn:aws:sns:us-east-1:123456789012:sample',
      physicalId: 'arn:aws:sns:us-east-1:123456789012:sample',
      displayName: 'Sample',
      kmsKeyId: 'alias/aws/sns',
      signatureVersion: '2',
      subscriptions: [{ protocol: 'email', endpoint: 'reader@example.com' }],
      policy: { Statement: [{ Principal: { Service: 's3.amazonaws.com' } }] },
      tags: { Name: 'sample' },
    })
  })

  it('are FIFO when they say so', () => {
    expect(topics.find(({ fifo }) => fifo)).toMatchObject({
      name: 'sample.fifo',
      signatureVersion: '1',
      fifo: { contentBasedDeduplication: true, throughputScope: 'MessageGroup' },
    })
  })

  it('have subscriptions with what they filter, and where it goes when it cannot be delivered', () => {
    const dead = nodesOf(architecture, 'queue').find(({ redriveAllow }) => redriveAllow)
    expect(subscriptions).toMatchObject([
      {
        topicArn: 'arn:aws:sns:us-east-1:123456789012:sample',
        protocol: 'sqs',
        endpoint: 'arn:aws:sqs:us-east-1:123456789012:sample',
        rawDelivery: true,
        filterPolicy: { kind: ['order', { prefix: 'pay' }] },
        filterPolicyScope: 'MessageBody',
        deadLetterArn: dead?.arn,
      },
      {
        protocol: 'https',
        rawDelivery: false,
        filterPolicyScope: 'MessageAttributes',
        deliveryPolicy: { healthyRetryPolicy: { numRetries: 5 } },
      },
      { protocol: 'sms', endpoint: '+15550100' },
    ])
    const id = /^arn:aws:sns:us-east-1:123456789012:sample:[0-9a-f-]{36}$/
    expect(subscriptions.every(({ arn, physicalId }) => id.test(arn) && arn === physicalId)).toBe(true)
  })
})
