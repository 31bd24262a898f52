import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as z from 'zod'
import { StandInQueue } from './stand-in-queue.ts'

const mailSchema = z.object({
  FromEmailAddress: z.string(),
  DefaultContent: z.object({ Template: z.object({ TemplateName: z.literal('shop-mail'), TemplateData: z.string() }) }),
  BulkEmailEntries: z
    .array(
      z.object({
        Destination: z.object({ ToAddresses: z.array(z.string()) }),
        ReplacementHeaders: z.array(z.object({ Name: z.string(), Value: z.string() })),
        ReplacementEmailContent: z.object({
          ReplacementTemplate: z.object({ ReplacementTemplateData: z.string() }),
        }),
      }),
    )
    .min(1)
    .max(50),
})

const systemAttributesSchema = z.object({
  MessageSystemAttributes: z.object({ AWSTraceHeader: z.object({ StringValue: z.string() }).optional() }).optional(),
})

const dataSchema = z.strictObject({ subject: z.string(), text: z.string(), html: z.string() })

/** A mail that the stand-in for SES accepted. */
export interface SentMail {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * How SES answers a mail: accepts it, refuses it, refuses the whole call for it, or accepts it and then fails to answer
 * the call.
 */
type MailAnswer = 'accept' | 'refuse' | 'refuse all' | 'lose the answer'

/** What the shop asks of AWS, over the protocols that the SDK speaks: JSON 1.0 for SQS, REST for SES and S3. */
export interface StandInAws extends AsyncDisposable {
  /** What makes the SDK of a process use it. */
  readonly environment: Readonly<Record<string, string>>
  readonly orders: StandInQueue
  readonly deadLetters: StandInQueue
  readonly mails: SentMail[]
  /** Pictures of the bucket, by key. */
  readonly objects: Map<string, Buffer>
  /** While true, SQS is away. */
  queueIsAway: boolean
  answerMail: (mail: SentMail) => MailAnswer
  /** Sees every call, when it came in and when it is done but not yet answered. */
  onCall: (operation: string, moment: 'before' | 'after') => void
  /** How long a received message stays hidden, seconds. */
  visibilitySeconds: number
  /** Resolves when the condition holds, which is looked at whenever a mail was sent. */
  untilMails(holds: (mails: readonly SentMail[]) => boolean): Promise<void>
}

export async function startStandInAws(): Promise<StandInAws> {
  const deadLetters = new StandInQueue()
  const orders = new StandInQueue(deadLetters)
  const watching = new Set<() => void>()
  const server = createServer((request, response) => {
    answer(request, response).catch(error => response.destroy(error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const queueUrl = `${url}/123456789012/orders`
  const deadLetterUrl = `${url}/123456789012/orders-dead`
  const aws: StandInAws = {
    environment: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: url,
      ORDER_QUEUE_URL: queueUrl,
      ORDER_DEAD_LETTER_QUEUE_URL: deadLetterUrl,
    },
    orders,
    deadLetters,
    mails: [],
    objects: new Map(),
    queueIsAway: false,
    answerMail: () => 'accept',
    onCall: () => {},
    visibilitySeconds: 30,
    untilMails: holds =>
      new Promise(resolve => {
        const check = () => {
          if (!holds(aws.mails)) return
          watching.delete(check)
          resolve()
        }
        watching.add(check)
        check()
      }),
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request)
    const target = String(request.headers['x-amz-target'] ?? '')
    if (target.startsWith('AmazonSQS.')) {
      if (aws.queueIsAway) return fail(response, 503, 'ServiceUnavailable', 'the queue is away')
      const operation = target.slice('AmazonSQS.'.length)
      aws.onCall(operation, 'before')
      const answer = await sqs(operation, JSON.parse(body.toString()))
      aws.onCall(operation, 'after')
      return json(response, answer)
    }
    if (request.url === '/v2/email/outbound-bulk-emails')
      return mails(mailSchema.parse(JSON.parse(body.toString())), response)
    return object(request, response)
  }

  async function sqs(operation: string, input: Record<string, unknown>): Promise<unknown> {
    const queue = input.QueueUrl === deadLetterUrl ? deadLetters : orders
    const entries = (input.Entries ?? []) as readonly Record<string, string>[]
    switch (operation) {
      case 'SendMessage':
        return queue.send(String(input.MessageBody), traceHeaderOf(input))
      case 'SendMessageBatch':
        return {
          Successful: entries.map(entry => ({
            Id: entry.Id,
            ...queue.send(entry.MessageBody ?? '', traceHeaderOf(entry)),
          })),
          Failed: [],
        }
      case 'ReceiveMessage': {
        const visibility = Number(input.VisibilityTimeout ?? aws.visibilitySeconds)
        const wait = Number(input.WaitTimeSeconds ?? 0) * 1000
        return { Messages: await queue.receive(Number(input.MaxNumberOfMessages ?? 1), visibility, wait) }
      }
      case 'DeleteMessage':
        queue.remove(String(input.ReceiptHandle))
        return {}
      case 'DeleteMessageBatch':
        for (const { ReceiptHandle = '' } of entries) queue.remove(ReceiptHandle)
        return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] }
      case 'ChangeMessageVisibilityBatch':
        for (const { ReceiptHandle = '', VisibilityTimeout } of entries)
          queue.hide(ReceiptHandle, Number(VisibilityTimeout))
        return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] }
      case 'GetQueueAttributes':
        return { Attributes: { ApproximateNumberOfMessages: String(queue.size) } }
      default:
        throw new Error(`the stand-in has no ${operation}`)
    }
  }

  function mails({ FromEmailAddress, BulkEmailEntries }: z.output<typeof mailSchema>, response: ServerResponse): void {
    aws.onCall('SendBulkEmail', 'before')
    const asked = BulkEmailEntries.map(({ Destination, ReplacementHeaders, ReplacementEmailContent }) => {
      const data = JSON.parse(ReplacementEmailContent.ReplacementTemplate.ReplacementTemplateData)
      const mail: SentMail = {
        from: FromEmailAddress,
        to: Destination.ToAddresses.join(','),
        ...dataSchema.parse(data),
        headers: Object.fromEntries(ReplacementHeaders.map(({ Name, Value }) => [Name, Value])),
      }
      return { mail, what: aws.answerMail(mail) }
    })
    if (asked.some(({ what }) => what === 'refuse all'))
      return fail(response, 400, 'BadRequestException', 'Illegal address')
    const BulkEmailEntryResults = asked.map(({ mail, what }) => {
      if (what === 'refuse') return { Status: 'MESSAGE_REJECTED', Error: 'Email address is not verified.' }
      aws.mails.push(mail)
      return { Status: 'SUCCESS', MessageId: `mail-${aws.mails.length}` }
    })
    aws.onCall('SendBulkEmail', 'after')
    for (const check of [...watching]) check()
    if (asked.some(({ what }) => what === 'lose the answer')) response.destroy()
    else json(response, { BulkEmailEntryResults })
  }

  function object(request: IncomingMessage, response: ServerResponse): void {
    const key = decodeURIComponent((request.url ?? '').split('?', 1)[0]?.split('/').pop() ?? '')
    const content = aws.objects.get(key)
    if (!content) {
      response.writeHead(404, { 'content-type': 'application/xml' })
      response.end('<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>')
      return
    }
    const etag = `"${content.length}"`
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
    else response.writeHead(200, { etag, 'content-type': 'image/jpeg', 'content-length': content.length }).end(content)
  }
  return aws
}

const traceHeaderOf = (message: Record<string, unknown>): string | undefined =>
  systemAttributesSchema.parse(message).MessageSystemAttributes?.AWSTraceHeader?.StringValue

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
  response.end(JSON.stringify(value ?? {}))
}

function fail(response: ServerResponse, status: number, name: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name })
  response.end(JSON.stringify({ __type: name, message }))
}
