import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { cliEnvironment, cliIsHere } from '../../gateway/testing-cli.ts'
import { sqs } from '../sqs/index.ts'
import { sns } from './index.ts'
import { arnIn, testQueue } from './testing.ts'

const run = promisify(execFile)

describe.skipIf(!cliIsHere)(
  `SNS by the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  () => {
    let cloud: TestCloud
    let home: string

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'terrace-cli-'))
      cloud = await startTestCloud({ nodes: [testQueue('orders')], services: [sqs, sns] })
    })

    afterAll(async () => {
      await cloud.stop()
      rmSync(home, { recursive: true, force: true })
    })

    const aws = async (service: string, ...args: readonly string[]) => {
      const { stdout } = await run('aws', ['--endpoint-url', cloud.gateway.url, service, ...args], {
        env: cliEnvironment(home),
      })
      return stdout
    }

    it('makes a topic, subscribes a queue with a filter, publishes and looks', async () => {
      const created = await aws('sns', 'create-topic', '--name', 'news', '--attributes', 'DisplayName=News')
      const { TopicArn: topic } = JSON.parse(created)
      expect(topic).toBe(arnIn('sns', 'news'))
      const attributes = JSON.stringify({ RawMessageDelivery: 'true', FilterPolicy: '{"kind":["order"]}' })
      const queue = ['--protocol', 'sqs', '--notification-endpoint', arnIn('sqs', 'orders')]
      await aws('sns', 'subscribe', '--topic-arn', topic, ...queue, '--attributes', attributes)
      const kind = (value: string) => `{"kind":{"DataType":"String","StringValue":"${value}"}}`
      const publish = (message: string, value: string) =>
        aws('sns', 'publish', '--topic-arn', topic, '--message', message, '--message-attributes', kind(value))
      expect(JSON.parse(await publish('order 1', 'order'))).toHaveProperty('MessageId')
      await publish('something else', 'other')
      const url = 'https://sqs.us-east-1.amazonaws.com/123456789012/orders'
      const { Messages } = JSON.parse(await aws('sqs', 'receive-message', '--queue-url', url))
      expect(Messages).toMatchObject([{ Body: 'order 1' }])
      const list = ['list-subscriptions-by-topic', '--topic-arn', topic, '--query', 'Subscriptions[].Endpoint']
      expect(JSON.parse(await aws('sns', ...list))).toEqual([arnIn('sqs', 'orders')])
      await expect(aws('sns', 'get-topic-attributes', '--topic-arn', `${topic}-none`)).rejects.toThrow(
        'An error occurred (NotFound) when calling the GetTopicAttributes operation: Topic does not exist',
      )
    }, 60_000)
  },
)
