import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SendEmailCommand } from '@aws-sdk/client-sesv2'
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { mailClient } from './mail-client.ts'
import { PictureBucket } from './picture-bucket.ts'
import { longPollingClient, queueClient } from './queue-clients.ts'
import { TIMEOUTS } from './timeouts.ts'

// Takes every request, and answers none.
const silent = createServer(() => {})
const SOON = { ...TIMEOUTS, requestTimeout: 50 }
const TIMED_OUT = { name: 'TimeoutError' }

beforeAll(async () => {
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(silent.address() as AddressInfo).port}`)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example')
})
afterAll(() => {
  vi.unstubAllEnvs()
  silent.closeAllConnections()
  silent.close()
})

it('a queue that does not answer is given up, by short and by long calls', async () => {
  const [short, long] = [queueClient(SOON), longPollingClient(SOON)]
  // The client asks where the queue's URL leads.
  const QueueUrl = `${process.env.AWS_ENDPOINT_URL}/123456789012/orders`
  await expect(short.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))).rejects.toMatchObject(TIMED_OUT)
  await expect(long.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject(TIMED_OUT)
  short.destroy()
  long.destroy()
})

it('a bucket that does not answer has no picture to read', async () => {
  const pictures = new PictureBucket('pictures', SOON)
  const found = await pictures.read('backpack.jpeg', undefined)
  expect(found).toMatchObject({ kind: 'unreadable', reason: expect.stringContaining('requestTimeout') })
  pictures.close()
})

it('mails that are not taken are given up at the first try', async () => {
  const credentials = async () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' })
  const mails = mailClient(credentials, SOON)
  const mail = {
    FromEmailAddress: 'shop@example.com',
    Destination: { ToAddresses: ['reader@example.com'] },
    Content: {},
  }
  await expect(mails.send(new SendEmailCommand(mail))).rejects.toMatchObject(TIMED_OUT)
  mails.destroy()
})
