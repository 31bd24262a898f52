import { join } from 'node:path'
import { nodesOf } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { load } from '../load.ts'

const sample = (name: string) =>
  load({ kind: 'template', file: join(import.meta.dirname, '..', 'samples', `${name}.yaml`) })

describe('functions of a template', async () => {
  const architecture = await sample('functions')
  const [full, plain] = nodesOf(architecture, 'function')

  it('have their settings, and what is said about them beside them', () => {
    expect(full).toMatchObject({
      name: 'sample',
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:sample',
      runtime: 'nodejs22.x',
      code: { kind: 'inline', text: 'exports.handler = async () => 1' },
      timeout: 30_000,
      memoryMiB: 256,
      architecture: 'arm64',
      environment: { TABLE: 'sample' },
      vpc: { subnets: [expect.stringMatching(/\/Subnet$/)], securityGroups: [expect.stringMatching(/\/Group$/)] },
      reservedConcurrency: 5,
      logging: { format: 'JSON', applicationLevel: 'WARN', systemLevel: 'INFO', group: 'sample' },
      versions: [{ description: 'first' }],
      aliases: [{ name: 'live', version: '1', weights: { '2': 0.1 } }],
      permissions: [{ qualifier: 'live', principal: 'events.amazonaws.com', sourceAccount: '123456789012' }],
      eventInvokeConfigs: [{ qualifier: '$LATEST', maximumRetries: 1, maximumAge: 600_000 }],
      tags: { Name: 'sample' },
    })
  })

  it('have the defaults of AWS where the template says nothing', () => {
    expect(plain).toMatchObject({ timeout: 3000, memoryMiB: 128, architecture: 'x86_64', logging: { format: 'Text' } })
    expect(plain).not.toHaveProperty('vpc')
    expect(plain).not.toHaveProperty('reservedConcurrency')
  })

  it('take the messages of queues', () => {
    expect(nodesOf(architecture, 'eventSourceMapping')).toMatchObject([
      {
        functionName: 'arn:aws:lambda:us-east-1:123456789012:function:sample:live',
        batchSize: 20,
        batchingWindow: 5000,
        filters: ['{"body":{"kind":["order"]}}'],
        reportsBatchItemFailures: true,
        maximumConcurrency: 2,
      },
    ])
  })
})

describe('what is not emulated of functions', () => {
  it('is named, and the function stays out of the model', async () => {
    const { gaps } = await sample('listed')
    const said = gaps.map(({ message }) => message).filter(message => message.includes('AWS::Lambda'))
    expect(said).toEqual([
      expect.stringContaining('its code sample.zip is no asset of a cloud assembly'),
      expect.stringContaining('the runtime python3.13 is not emulated, nodejs20.x to nodejs24.x are'),
      expect.stringContaining('functions from container images are not emulated'),
      expect.stringContaining('layers are not emulated'),
      expect.stringContaining('file systems of EFS are not emulated'),
      expect.stringContaining('it is not for functions of Node.js'),
      expect.stringContaining('events are taken from queues of SQS alone'),
    ])
  })
})
