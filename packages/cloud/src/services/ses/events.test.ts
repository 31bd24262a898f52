import {
  CreateConfigurationSetCommand,
  CreateConfigurationSetEventDestinationCommand,
  DeleteConfigurationSetCommand,
  DeleteConfigurationSetEventDestinationCommand,
  DeleteSuppressedDestinationCommand,
  type EventType,
  GetConfigurationSetCommand,
  GetConfigurationSetEventDestinationsCommand,
  GetSuppressedDestinationCommand,
  ListConfigurationSetsCommand,
  ListSuppressedDestinationsCommand,
  PutAccountSuppressionAttributesCommand,
  PutConfigurationSetSendingOptionsCommand,
  PutConfigurationSetSuppressionOptionsCommand,
  PutSuppressedDestinationCommand,
  SendEmailCommand,
  UpdateConfigurationSetEventDestinationCommand,
} from '@aws-sdk/client-sesv2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../gateway/testing.ts'
import { START, simple, startMail, type TestMail } from './testing.ts'

const ConfigurationSetName = 'orders'
const TopicArn = 'arn:aws:sns:us-east-1:123456789012:mail'
const ALL: EventType[] = ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT']

let on: TestMail
let seen: { to: string; body: Record<string, unknown> }[]
beforeEach(async () => {
  on = await startMail()
  seen = []
  for (const receiver of ['sns', 'events'] as const) {
    on.cloud.world.deliveries.register(receiver, ({ to, body }) => void seen.push({ to, body: JSON.parse(body) }))
  }
  await on.client.send(new CreateConfigurationSetCommand({ ConfigurationSetName }))
})
afterEach(() => on[Symbol.asyncDispose]())

const tell = (destination: object, EventDestinationName = 'topic', MatchingEventTypes = ALL) =>
  on.client.send(
    new CreateConfigurationSetEventDestinationCommand({
      ConfigurationSetName,
      EventDestinationName,
      EventDestination: { Enabled: true, MatchingEventTypes, ...destination },
    }),
  )
const send = async (to: readonly string[], text?: string) =>
  (await on.client.send(new SendEmailCommand({ ...simple(to, 'Hi', text), ConfigurationSetName }))).MessageId
const suppress = (EmailAddress: string, Reason: 'BOUNCE' | 'COMPLAINT' = 'BOUNCE') =>
  on.client.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason }))

describe('configuration sets', () => {
  it('are made, described, listed, switched, and deleted', async () => {
    expect((await failureOf(on.client.send(new CreateConfigurationSetCommand({ ConfigurationSetName })))).name).toBe(
      'AlreadyExistsException',
    )
    expect((await on.client.send(new ListConfigurationSetsCommand({}))).ConfigurationSets).toEqual(['orders'])
    await on.client.send(new PutConfigurationSetSendingOptionsCommand({ ConfigurationSetName, SendingEnabled: false }))
    expect(await failureOf(send(['a@example.org']))).toMatchObject({
      name: 'SendingPausedException',
      message: 'Email sending is disabled for the configuration set <orders>.',
    })
    const get = () => on.client.send(new GetConfigurationSetCommand({ ConfigurationSetName }))
    expect(await get()).toMatchObject({ SendingOptions: { SendingEnabled: false } })
    await on.client.send(new DeleteConfigurationSetCommand({ ConfigurationSetName }))
    expect((await failureOf(get())).name).toBe('NotFoundException')
    expect((await failureOf(send(['a@example.org']))).name).toBe('NotFoundException')
  })

  it('have event destinations that are made, changed, listed and deleted', async () => {
    await tell({ SnsDestination: { TopicArn } })
    expect((await failureOf(tell({ SnsDestination: { TopicArn } }))).name).toBe('AlreadyExistsException')
    const names = { ConfigurationSetName, EventDestinationName: 'topic' }
    await on.client.send(
      new UpdateConfigurationSetEventDestinationCommand({
        ...names,
        EventDestination: { Enabled: false, MatchingEventTypes: ['SEND'], SnsDestination: { TopicArn } },
      }),
    )
    const list = () => on.client.send(new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName }))
    expect((await list()).EventDestinations).toEqual([
      { Name: 'topic', Enabled: false, MatchingEventTypes: ['SEND'], SnsDestination: { TopicArn } },
    ])
    await send(['a@example.org'])
    expect(seen).toEqual([])
    await on.client.send(new DeleteConfigurationSetEventDestinationCommand(names))
    expect((await list()).EventDestinations).toEqual([])
    expect((await failureOf(on.client.send(new DeleteConfigurationSetEventDestinationCommand(names)))).name).toBe(
      'NotFoundException',
    )
  })

  it.each<[string, object, string]>([
    ['no destination', {}, 'BadRequestException'],
    [
      'a stream of Firehose',
      { KinesisFirehoseDestination: { IamRoleArn: 'a', DeliveryStreamArn: 'b' } },
      'UnknownOperationException',
    ],
    [
      'another bus than the default one',
      { EventBridgeDestination: { EventBusArn: 'arn:aws:events:us-east-1:123456789012:event-bus/own' } },
      'ValidationException',
    ],
  ])('refuse %s', async (_, destination, code) => {
    expect((await failureOf(tell(destination))).name).toBe(code)
  })
})

describe('what happens to a mail', () => {
  it('is told to a topic, as SES writes it', async () => {
    await tell({ SnsDestination: { TopicArn } })
    const messageId = await send(['reader@example.org'])
    const mail = {
      timestamp: new Date(START).toISOString(),
      source: 'orders@example.com',
      sourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/example.com',
      sendingAccountId: '123456789012',
      messageId,
      destination: ['reader@example.org'],
      commonHeaders: { from: ['orders@example.com'], to: ['reader@example.org'], subject: 'Hi', messageId },
      tags: { 'ses:configuration-set': ['orders'] },
    }
    expect(seen).toMatchObject([
      { to: TopicArn, body: { eventType: 'Send', mail, send: {} } },
      { to: TopicArn, body: { eventType: 'Delivery', mail, delivery: { recipients: ['reader@example.org'] } } },
    ])
  })

  it('is told with the tags and the configuration set that a raw message carries in its head', async () => {
    await tell({ SnsDestination: { TopicArn } }, 'topic', ['SEND'])
    const lines = [
      'From: orders@example.com',
      'To: a@example.org',
      'X-SES-CONFIGURATION-SET: orders',
      'X-SES-MESSAGE-TAGS: order=17, kind=bill',
    ]
    const Data = Buffer.from(`${lines.join('\r\n')}\r\n\r\nx`)
    await on.client.send(new SendEmailCommand({ Content: { Raw: { Data } } }))
    expect(seen).toMatchObject([{ body: { mail: { tags: { order: ['17'], kind: ['bill'] } } } }])
    expect(Buffer.from((await on.newest()).raw, 'base64').toString()).not.toContain('X-SES')
  })

  it('is an event of EventBridge', async () => {
    const EventBusArn = 'arn:aws:events:us-east-1:123456789012:event-bus/default'
    await tell({ EventBridgeDestination: { EventBusArn } }, 'bus', ['BOUNCE'])
    await send(['bounce@simulator.amazonses.com'])
    expect(seen).toMatchObject([
      {
        to: EventBusArn,
        body: {
          source: 'aws.ses',
          'detail-type': 'Email Bounced',
          resources: ['arn:aws:ses:us-east-1:123456789012:configuration-set/orders'],
          detail: { eventType: 'Bounce', bounce: { bounceType: 'Permanent', bounceSubType: 'General' } },
        },
      },
    ])
  })

  // Amazon SES Developer Guide "Using the mailbox simulator manually".
  it.each([
    ['success@simulator.amazonses.com', ['Send', 'Delivery'], 1],
    ['bounce@simulator.amazonses.com', ['Send', 'Bounce'], 0],
    ['bounce+order-17@simulator.amazonses.com', ['Send', 'Bounce'], 0],
    ['complaint@simulator.amazonses.com', ['Send', 'Delivery', 'Complaint'], 1],
    ['suppressionlist@simulator.amazonses.com', ['Send', 'Bounce'], 0],
    ['reader@example.org', ['Send', 'Delivery'], 1],
  ])('for %s is %j', async (address, events, inInbox) => {
    await tell({ SnsDestination: { TopicArn } })
    await send([address])
    expect(seen.map(({ body }) => body.eventType)).toEqual(events)
    expect(on.mail.inbox.list()).toHaveLength(inInbox)
    const metrics = ['Send', 'Delivery', 'Bounce', 'Complaint', 'Reject']
    expect(metrics.filter(name => on.metric(name) === 1)).toEqual(events)
  })

  it('is told for each recipient apart: those who bounce are not among those it arrived at', async () => {
    await send(['a@example.org', 'bounce@simulator.amazonses.com', 'b@example.org'])
    expect((await on.newest()).to).toEqual(['a@example.org', 'b@example.org'])
    expect([on.metric('Delivery'), on.metric('Bounce')]).toEqual([2, 1])
    expect(on.said('ses.bounced')).toHaveLength(1)
  })

  it('is a rejection for the test virus', async () => {
    await tell({ SnsDestination: { TopicArn } })
    await send(
      ['a@example.org'],
      ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
    )
    expect(seen.map(({ body }) => body.eventType)).toEqual(['Send', 'Reject'])
    expect(on.mail.inbox.list()).toEqual([])
  })
})

describe('the suppression list', () => {
  it('is filled, asked, listed by reason, and emptied', async () => {
    await suppress('Gone@Example.org')
    await suppress('angry@example.org', 'COMPLAINT')
    const get = (EmailAddress: string) => on.client.send(new GetSuppressedDestinationCommand({ EmailAddress }))
    expect((await get('gone@example.org')).SuppressedDestination).toMatchObject({
      EmailAddress: 'gone@example.org',
      Reason: 'BOUNCE',
      LastUpdateTime: new Date(START),
    })
    const list = async (Reasons?: ('BOUNCE' | 'COMPLAINT')[]) => {
      const answer = await on.client.send(new ListSuppressedDestinationsCommand({ Reasons, PageSize: 10 }))
      return answer.SuppressedDestinationSummaries?.map(({ EmailAddress }) => EmailAddress)
    }
    expect(await list()).toEqual(['angry@example.org', 'gone@example.org'])
    expect(await list(['COMPLAINT'])).toEqual(['angry@example.org'])
    expect(await list(['BOUNCE', 'COMPLAINT'])).toEqual(['angry@example.org', 'gone@example.org'])
    await on.client.send(new DeleteSuppressedDestinationCommand({ EmailAddress: 'gone@example.org' }))
    expect((await failureOf(get('gone@example.org'))).name).toBe('NotFoundException')
  })

  it('keeps mails from those on it, whatever the case of their address, and tells a bounce', async () => {
    await tell({ SnsDestination: { TopicArn } }, 'topic', ['BOUNCE'])
    await suppress('gone@example.org')
    await send(['GONE@example.org', 'a@example.org'])
    expect((await on.newest()).to).toEqual(['a@example.org'])
    expect(seen).toMatchObject([
      {
        body: {
          bounce: {
            bounceSubType: 'OnAccountSuppressionList',
            bouncedRecipients: [{ emailAddress: 'GONE@example.org' }],
          },
        },
      },
    ])
  })

  it('counts for the reasons that the configuration set names, else for those of the account', async () => {
    await suppress('gone@example.org')
    const options = (SuppressedReasons: 'COMPLAINT'[]) =>
      on.client.send(new PutConfigurationSetSuppressionOptionsCommand({ ConfigurationSetName, SuppressedReasons }))
    await options(['COMPLAINT'])
    await send(['gone@example.org'])
    expect(on.mail.inbox.list()).toHaveLength(1)
    await on.client.send(new SendEmailCommand(simple(['gone@example.org'])))
    expect(on.mail.inbox.list()).toHaveLength(1)
    await on.client.send(new PutAccountSuppressionAttributesCommand({ SuppressedReasons: [] }))
    await on.client.send(new SendEmailCommand(simple(['gone@example.org'])))
    expect(on.mail.inbox.list()).toHaveLength(2)
  })
})
