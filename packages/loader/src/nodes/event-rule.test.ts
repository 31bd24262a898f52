import { join } from 'node:path'
import { nodesOf } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { load } from '../load.ts'

const sample = (name: string) =>
  load({ kind: 'template', file: join(import.meta.dirname, '..', 'samples', `${name}.yaml`) })

describe('rules of a template', async () => {
  const architecture = await sample('events')
  const rules = nodesOf(architecture, 'eventRule')

  it('have their pattern, and their targets with input, retries and dead-letter queue', () => {
    const [dead] = nodesOf(architecture, 'queue').filter(({ fifo }) => !fifo)
    expect(rules.find(({ name }) => name === 'launches')).toMatchObject({
      arn: 'arn:aws:events:us-east-1:123456789012:rule/launches',
      bus: 'default',
      description: 'Instances that come',
      enabled: true,
      pattern: '{"source":["aws.autoscaling"],"detail":{"AutoScalingGroupName":[{"prefix":"web"}]}}',
      tags: { Name: 'sample' },
      targets: [
        {
          id: 'queue',
          arn: 'arn:aws:sqs:us-east-1:123456789012:steps.fifo',
          input: { kind: 'path', path: '$.detail' },
          messageGroupId: 'launches',
          deadLetterArn: dead?.arn,
          retry: { attempts: 3, age: 300_000 },
        },
        { id: 'bus', roleArn: 'arn:aws:iam::123456789012:role/sample' },
        {
          id: 'line',
          input: { kind: 'transformer', paths: { id: '$.detail.EC2InstanceId' }, template: '"<id> came"' },
        },
      ],
    })
  })

  it('run by a schedule, or are on a bus of their own', () => {
    expect(rules.find(({ schedule }) => schedule !== undefined)).toMatchObject({
      bus: 'default',
      enabled: false,
      schedule: 'cron(0 3 * * ? *)',
      targets: [{ input: { kind: 'constant', json: '{"task":"clean"}' } }],
    })
    const [shipped] = rules.filter(({ bus }) => bus === 'orders')
    expect(shipped?.arn).toBe(`arn:aws:events:us-east-1:123456789012:rule/orders/${shipped?.name}`)
    expect(shipped?.name).not.toContain('|')
  })

  it('have buses with policies, statement by statement', () => {
    expect(nodesOf(architecture, 'eventBus')).toMatchObject([
      {
        name: 'orders',
        arn: 'arn:aws:events:us-east-1:123456789012:event-bus/orders',
        description: 'What happens to orders',
        policy: { Statement: [{ Action: 'events:PutEvents' }] },
      },
    ])
    expect(nodesOf(architecture, 'eventBusPolicy')).toMatchObject([
      { bus: 'orders', statementId: 'partners', statement: { Sid: 'partners', Effect: 'Allow' } },
      {
        bus: 'default',
        statementId: 'organization',
        statement: {
          Principal: '*',
          Resource: 'arn:aws:events:us-east-1:123456789012:event-bus/default',
          Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-0123456789' } },
        },
      },
    ])
  })
})

it('a rule with a target that nothing here receives for is listed, and not made', async () => {
  const { gaps, nodes } = await sample('listed')
  const messages = gaps.map(({ message }) => message).join('\n')
  expect(messages).toContain('rules send nothing to SSM Run Command')
  expect(messages).toContain('not to arn:aws:states:us-east-1:123456789012:stateMachine:sample')
  expect(nodes.filter(({ kind }) => kind === 'eventRule')).toEqual([])
})
