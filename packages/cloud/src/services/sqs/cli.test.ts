import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { cliEnvironment, cliIsHere } from '../../gateway/testing-cli.ts'
import { sqs } from './index.ts'

const run = promisify(execFile)

describe.skipIf(!cliIsHere)(
  `SQS by the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  () => {
    let cloud: TestCloud
    let home: string

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'terrace-cli-'))
      cloud = await startTestCloud({ services: [sqs] })
    })

    afterAll(async () => {
      await cloud.stop()
      rmSync(home, { recursive: true, force: true })
    })

    const aws = async (...args: readonly string[]) => {
      const { stdout } = await run('aws', ['--endpoint-url', cloud.gateway.url, 'sqs', ...args], {
        env: cliEnvironment(home),
      })
      return stdout
    }

    it('looks at a dead-letter queue and brings back what is in it', async () => {
      const arn = (name: string) => `arn:aws:sqs:us-east-1:123456789012:${name}`
      await aws('create-queue', '--queue-name', 'orders-dead')
      const redrive = JSON.stringify({ deadLetterTargetArn: arn('orders-dead'), maxReceiveCount: '1' })
      const attributes = JSON.stringify({ RedrivePolicy: redrive, VisibilityTimeout: '0' })
      const { QueueUrl: url } = JSON.parse(
        await aws('create-queue', '--queue-name', 'orders', '--attributes', attributes),
      )
      expect(url).toBe('https://sqs.us-east-1.amazonaws.com/123456789012/orders')
      const order = ['--message-body', 'order 1', '--message-attributes', 'kind={DataType=String,StringValue=order}']
      await aws('send-message', '--queue-url', url, ...order)
      const receive = ['receive-message', '--queue-url', url, '--message-attribute-names', 'All']
      const { Messages } = JSON.parse(await aws(...receive))
      expect(Messages).toMatchObject([{ Body: 'order 1', MessageAttributes: { kind: { StringValue: 'order' } } }])
      // The second receive is one too many.
      expect(await aws(...receive)).toBe('')
      await aws('start-message-move-task', '--source-arn', arn('orders-dead'))
      const count = ['--attribute-names', 'ApproximateNumberOfMessages', '--query', 'Attributes.*', '--output', 'text']
      expect(await aws('get-queue-attributes', '--queue-url', url, ...count)).toBe('1\n')
      await expect(aws('get-queue-url', '--queue-name', 'none')).rejects.toThrow(
        'An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the GetQueueUrl operation',
      )
    }, 60_000)
  },
)
