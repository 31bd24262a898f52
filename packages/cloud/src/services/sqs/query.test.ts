import { describe, expect, it } from 'vitest'
import { startQueues, type TestQueues } from './testing.ts'

/** A call as clients made it before JSON: a form, its lists and maps flattened. */
async function call({ cloud }: TestQueues, Action: string, parameters: Readonly<Record<string, string>> = {}) {
  const answer = await fetch(cloud.gateway.url, {
    method: 'POST',
    body: new URLSearchParams({ Action, Version: '2012-11-05', ...parameters }).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-amz-date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
    },
  })
  return { status: answer.status, xml: (await answer.text()).replace(/^<\?xml.*\n/, '') }
}

const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/orders'

describe('the Query protocol', () => {
  it('has maps as lists of names and values, and lists under the names of their items', async () => {
    await using on = await startQueues()
    const created = await call(on, 'CreateQueue', {
      QueueName: 'orders',
      'Attribute.1.Name': 'VisibilityTimeout',
      'Attribute.1.Value': '40',
      'Tag.1.Key': 'team',
      'Tag.1.Value': 'shop',
    })
    expect(created).toEqual({
      status: 200,
      xml: expect.stringMatching(
        `^<CreateQueueResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><CreateQueueResult><QueueUrl>${QueueUrl}</QueueUrl></CreateQueueResult><ResponseMetadata><RequestId>`,
      ),
    })
    const { xml: attributes } = await call(on, 'GetQueueAttributes', {
      QueueUrl,
      'AttributeName.1': 'VisibilityTimeout',
    })
    expect(attributes).toContain('<Attribute><Name>VisibilityTimeout</Name><Value>40</Value></Attribute>')
    expect((await call(on, 'ListQueueTags', { QueueUrl })).xml).toContain(
      '<Tag><Key>team</Key><Value>shop</Value></Tag>',
    )
    expect((await call(on, 'ListQueues')).xml).toContain(
      `<ListQueuesResult><QueueUrl>${QueueUrl}</QueueUrl></ListQueuesResult>`,
    )
  })

  it('sends, receives and deletes, one by one and in batches', async () => {
    await using on = await startQueues()
    await call(on, 'CreateQueue', { QueueName: 'orders' })
    const sent = await call(on, 'SendMessage', {
      QueueUrl,
      MessageBody: 'a < b',
      'MessageAttribute.1.Name': 'kind',
      'MessageAttribute.1.Value.DataType': 'String',
      'MessageAttribute.1.Value.StringValue': 'order',
    })
    expect(sent.xml).toMatch(/<SendMessageResult><MessageId>[0-9a-f-]{36}<\/MessageId><MD5OfMessageBody>/)
    const batch = await call(on, 'SendMessageBatch', {
      QueueUrl,
      'SendMessageBatchRequestEntry.1.Id': 'one',
      'SendMessageBatchRequestEntry.1.MessageBody': 'b',
      'SendMessageBatchRequestEntry.2.Id': 'two',
      'SendMessageBatchRequestEntry.2.MessageBody': 'c',
      'SendMessageBatchRequestEntry.2.DelaySeconds': '901',
    })
    expect(batch.xml).toContain('<SendMessageBatchResultEntry><Id>one</Id>')
    expect(batch.xml).toContain('<BatchResultErrorEntry><Id>two</Id><SenderFault>true</SenderFault>')
    const { xml } = await call(on, 'ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: '10',
      'AttributeName.1': 'ApproximateReceiveCount',
      'MessageAttributeName.1': 'All',
    })
    expect(xml).toContain(
      '<Body>a &lt; b</Body><Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>',
    )
    expect(xml).toContain(
      '<MessageAttribute><Name>kind</Name><Value><DataType>String</DataType><StringValue>order</StringValue></Value></MessageAttribute>',
    )
    const [, first = '', second = ''] = xml.split('<ReceiptHandle>').map(part => part.split('<')[0])
    expect((await call(on, 'DeleteMessage', { QueueUrl, ReceiptHandle: first })).status).toBe(200)
    const deleted = await call(on, 'DeleteMessageBatch', {
      QueueUrl,
      'DeleteMessageBatchRequestEntry.1.Id': 'one',
      'DeleteMessageBatchRequestEntry.1.ReceiptHandle': second,
    })
    expect(deleted.xml).toContain('<DeleteMessageBatchResultEntry><Id>one</Id></DeleteMessageBatchResultEntry>')
  })

  it('has the older codes of errors, which JSON has in a header field', async () => {
    await using on = await startQueues()
    const unknown = await call(on, 'SendMessage', { QueueUrl, MessageBody: 'a' })
    expect(unknown).toEqual({
      status: 400,
      xml: expect.stringContaining(
        '<Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>The specified queue does not exist.</Message></Error>',
      ),
    })
    const json = await fetch(on.cloud.gateway.url, {
      method: 'POST',
      body: JSON.stringify({ QueueUrl, MessageBody: 'a' }),
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.SendMessage',
        'x-amzn-query-mode': 'true',
        'x-amz-date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
      },
    })
    expect(json.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender')
    expect(await json.json()).toMatchObject({ __type: 'QueueDoesNotExist' })
  })
})
