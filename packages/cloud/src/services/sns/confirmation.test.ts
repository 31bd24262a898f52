import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ConfirmSubscriptionCommand,
  ListSubscriptionsCommand,
  PublishCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns'
import type { InboxMessage } from '@terrace/control'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../gateway/testing.ts'
import { ses } from '../ses/index.ts'
import { arnIn, startTopics, type TestTopics, testTopic } from './testing.ts'

const NEWS = arnIn('sns', 'news')
const READER = 'reader@example.com'

let state: string
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'terrace-sns-'))
})
afterEach(() => rmSync(state, { recursive: true, force: true }))

const start = (nodes = [testTopic('news')]) => startTopics({ nodes, beside: [ses], state })

/** What arrives next, or has arrived already when that many have. */
async function mailNumber(topics: TestTopics, number: number): Promise<InboxMessage> {
  const { inbox } = await topics.cloud.world.ports.need('mail')
  const arrived = Promise.withResolvers<void>()
  const look = () => inbox.list().length >= number && arrived.resolve()
  const stop = inbox.subscribe(look)
  look()
  await arrived.promise
  stop()
  return inbox.read(inbox.list()[number - 1]?.id ?? '')
}

const subscribe = (topics: TestTopics, Protocol = 'email') =>
  topics.client.send(new SubscribeCommand({ TopicArn: NEWS, Protocol, Endpoint: READER }))

const linkIn = ({ text = '' }: InboxMessage, action: string): string =>
  new RegExp(`http://\\S+Action=${action}\\S+`).exec(text)?.[0] ?? ''

describe('a subscription by mail', () => {
  it('waits until its link is opened; then mails come, until theirs is', async () => {
    await using topics = await start()
    expect((await subscribe(topics)).SubscriptionArn).toBe('pending confirmation')
    const question = await mailNumber(topics, 1)
    expect(question).toMatchObject({
      to: [READER],
      from: 'no-reply@sns.amazonaws.com',
      subject: 'AWS Notification - Subscription Confirmation',
    })
    await topics.client.send(new PublishCommand({ TopicArn: NEWS, Message: 'too early' }))
    const opened = await fetch(linkIn(question, 'ConfirmSubscription'))
    expect([opened.status, opened.headers.get('content-type')]).toEqual([200, 'text/xml'])
    const confirmed = await opened.text()
    expect(confirmed).toMatch(/<ConfirmSubscriptionResult>\s*<SubscriptionArn>arn:aws:sns:/)
    await topics.client.send(new PublishCommand({ TopicArn: NEWS, Message: 'Hello, reader.', Subject: 'Hello' }))
    const news = await mailNumber(topics, 2)
    expect(news).toMatchObject({ subject: 'Hello', text: expect.stringMatching(/^Hello, reader\.\n/) })
    expect((await fetch(linkIn(news, 'Unsubscribe'))).status).toBe(200)
    expect((await topics.client.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([])
    // A second time there is nothing left to end.
    expect((await fetch(linkIn(news, 'Unsubscribe'))).status).toBe(200)
  })

  it('is confirmed by its token, too, and can then be ended by its owner alone', async () => {
    await using topics = await start()
    await subscribe(topics, 'email-json')
    const token = new URL(linkIn(await mailNumber(topics, 1), 'ConfirmSubscription')).searchParams.get('Token') ?? ''
    const confirm = new ConfirmSubscriptionCommand({ TopicArn: NEWS, Token: token, AuthenticateOnUnsubscribe: 'true' })
    const { SubscriptionArn } = await topics.client.send(confirm)
    expect(await failureOf(topics.client.send(confirm))).toMatchObject({ message: 'Invalid parameter: Token' })
    await topics.client.send(new PublishCommand({ TopicArn: NEWS, Message: 'hello' }))
    const { subject, text = '' } = await mailNumber(topics, 2)
    expect(subject).toBe('AWS Notification Message')
    const { Message, UnsubscribeURL } = JSON.parse(text)
    expect(Message).toBe('hello')
    const refused = await fetch(UnsubscribeURL)
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('AuthorizationError')])
    await topics.client.send(new UnsubscribeCommand({ SubscriptionArn }))
    expect((await topics.client.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([])
  })

  it('of the template is asked for once, and survives a restart: link and confirmation', async () => {
    const nodes = [testTopic('news', { subscriptions: [{ protocol: 'email', endpoint: READER }] })]
    let link: string
    {
      await using topics = await start(nodes)
      link = linkIn(await mailNumber(topics, 1), 'ConfirmSubscription')
    }
    {
      await using _ = await start(nodes)
      expect((await fetch(link)).status).toBe(200)
    }
    await using topics = await start(nodes)
    await topics.client.send(new PublishCommand({ TopicArn: NEWS, Message: 'still there' }))
    expect((await mailNumber(topics, 2)).text).toContain('still there')
  })
})

describe('what is open to everybody', () => {
  it('does nothing but confirm and end subscriptions and prove signatures, and not under another name', async () => {
    await using topics = await start()
    await subscribe(topics)
    const { origin } = new URL(linkIn(await mailNumber(topics, 1), 'ConfirmSubscription'))
    const status = async (path: string, init?: RequestInit) => (await fetch(origin + path, init)).status
    expect(await status('/?Action=ListTopics')).toBe(400)
    expect(await status('/?Action=ConfirmSubscription')).toBe(400)
    expect(await status('/', { method: 'POST', body: 'Action=ListTopics' })).toBe(400)
    expect(await status('/..%2fsns.json')).toBe(404)
    const foreign = await new Promise<number | undefined>(resolve =>
      request(`${origin}/?Action=Unsubscribe`, { headers: { host: 'example.com' } }, answer => {
        answer.resume()
        resolve(answer.statusCode)
      }).end(),
    )
    expect(foreign).toBe(403)
  })
})
