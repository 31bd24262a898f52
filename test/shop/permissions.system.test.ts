import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { nodesOf } from '@terrace/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled } from '../commands.ts'
import { call, json } from '../http.ts'
import { deniedIn, openSessions, sortedOut, unusedIn, WHY } from '../permissions.ts'
import type { Running } from '../running.ts'
import { Customer, type Order } from './customer.ts'
import { administrator, operatorOf, queueUrl, startShop } from './running.ts'

const installed = isInstalled('mariadbd') && isInstalled('nginx')

describe.skipIf(!installed)('what the roles of the shop may do (needs MariaDB and NGINX)', () => {
  let shop: Running
  beforeAll(async () => {
    shop = await startShop()
  })
  afterAll(() => shop?.stop())

  it('is enough, and no more than what they do, but for what happens on AWS alone', async () => {
    await buy(shop)
    await giveUpAnOrder(shop)
    await openSessions(shop)
    await expect
      .poll(() => unusedIn(shop))
      .toEqual(
        sortedOut({
          NetworkVpcFlowIAMRole: {
            [WHY.flowLog]: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          },
          WebInstanceRole: { [WHY.nginxLog]: ['logs:CreateLogStream', 'logs:PutLogEvents'] },
          AppInstanceRole: {
            [WHY.logDriver]: ['logs:PutLogEvents'],
            [WHY.pull]: ['ecr:BatchCheckLayerAvailability'],
            [WHY.collector]: ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords'],
          },
        }),
      )
    expect(deniedIn(shop)).toEqual([])
  })
})

/** Looks at pictures, one of which is not there, and orders, traced, until the mail has gone. */
async function buy(shop: Running): Promise<void> {
  const { site } = shop
  const [first, second] = await json<{ picture: string }[]>(`${site}/api/products`)
  await removePicture(shop, second?.picture.split('/').at(-1) ?? '')
  expect((await call(`${site}${first?.picture}`)).status).toBe(200)
  expect((await call(`${site}${second?.picture}`)).status).toBe(404)
  const customer = await Customer.signUp(site)
  const order: Order = JSON.parse((await customer.order([{ productId: 1, quantity: 1 }], undefined, TRACED)).body)
  const state = async () => (await customer.get<Order>(`/api/orders/${order.id}`)).state
  await expect.poll(state).toBe('confirmed')
  const isTraced = () => shop.cloud.calls.seen().some(({ action }) => action === 'xray:PutTraceSegments')
  await expect.poll(isTraced).toBe(true)
}

/** Of a caller whose trace is recorded: chance decides about the others. */
const TRACED = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }

/** An operator sends a message that was given up to the worker again, which can do nothing with it. */
async function giveUpAnOrder(shop: Running): Promise<void> {
  const sqs = new SQSClient(administrator(shop))
  const QueueUrl = queueUrl(shop, 'dead letters')
  const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'not an order' }))
  sqs.destroy()
  const operator = await operatorOf(shop)
  const letters = await operator.call('/api/operations/dead-letters')
  expect(letters.body).toContain(MessageId)
  const retried = await operator.call(`/api/operations/dead-letters/${MessageId}/retry`, { method: 'POST' })
  expect(retried.status).toBeLessThan(300)
  const postponed = () =>
    shop.cloud.calls
      .seen()
      .some(({ action, pattern }) => action === 'sqs:ChangeMessageVisibility' && pattern.includes('OrdersQueue'))
  await expect.poll(postponed).toBe(true)
}

async function removePicture(shop: Running, Key: string): Promise<void> {
  const s3 = new S3Client({ ...administrator(shop), forcePathStyle: true })
  const bucket = nodesOf(shop.architecture, 'bucket').find(({ name }) => name.includes('pictures'))
  await s3.send(new DeleteObjectCommand({ Bucket: bucket?.name, Key }))
  s3.destroy()
}
