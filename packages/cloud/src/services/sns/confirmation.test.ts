import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
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
import { failureOf, sessionOf, testRole } from '../../gateway/testing.ts'
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
    // Somebody else than the owner has ended it: the reader is told, and may have it back.
    const farewell = await mailNumber(topics, 3)
    expect(farewell.subject).toBe('AWS Notification - Unsubscribe Confirmation')
    expect((await fetch(linkIn(farewell, 'ConfirmSubscription'))).status).toBe(200)
    const { Subscriptions } = await topics.client.send(new ListSubscriptionsCommand({}))
    expect(Subscriptions).toMatchObject([{ Endpoint: READER, SubscriptionArn: expect.stringMatching(/^arn:aws:sns:/) }])
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
      await using topics = await start(nodes)
      // Another port of the test's; the gateway of a system has its own.
      const { pathname, search } = new URL(link)
      expect((await fetch(topics.cloud.gateway.url + pathname + search)).status).toBe(200)
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
    expect(origin).toBe(topics.cloud.gateway.url)
    const status = async (path: string, init?: RequestInit) => (await fetch(origin + path, init)).status
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(await status('/?Action=ConfirmSubscription')).toBe(400)
    expect(await status('/?Action=ListTopics')).toBeGreaterThanOrEqual(400)
    expect(await status('/', { method: 'POST', body: 'Action=Unsubscribe', headers: form })).toBeGreaterThanOrEqual(400)
    expect(await status('/SimpleNotificationService-0.pem')).toBe(404)
    const foreign = await answerTo(topics, '/?Action=Unsubscribe', { host: 'example.com' })
    expect(foreign.status).toBe(403)
    const other = await answerTo(topics, '/?Action=Unsubscribe', { host: 'kms.us-east-1.amazonaws.com' })
    expect(other.body).not.toContain('Unsubscribe')
  })

  it('can be opened in a tab of a browser, by hand alone', async () => {
    await using topics = await start()
    await subscribe(topics)
    const link = new URL(linkIn(await mailNumber(topics, 1), 'ConfirmSubscription'))
    const path = link.pathname + link.search
    const tab = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    const byPages = [
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', origin: 'http://a.test' },
      { ...tab, 'sec-fetch-site': 'cross-site' },
      { ...tab, 'sec-fetch-site': 'cross-site', 'sec-fetch-user': '?1', 'sec-fetch-dest': 'iframe' },
      { ...tab, 'sec-fetch-site': 'none', 'sec-purpose': 'prefetch' },
      { ...tab, 'sec-fetch-site': 'none', origin: 'null' },
    ]
    for (const headers of byPages) {
      expect((await answerTo(topics, path, headers)).status, JSON.stringify(headers)).toBe(403)
    }
    const byHand = { ...tab, 'sec-fetch-site': 'cross-site', 'sec-fetch-user': '?1' }
    expect((await answerTo(topics, path, byHand)).status).toBe(200)
    // Nothing else is for browsers, by hand or not.
    const list = await answerTo(topics, '/?Action=ListTopics', { ...byHand, host: 'sns.us-east-1.amazonaws.com' })
    expect([list.status, list.body]).toEqual([403, expect.stringContaining('web pages')])
    expect((await answerTo(topics, '/bucket/page.html', { ...tab, 'sec-fetch-site': 'none' })).status).toBe(403)
  })

  it('is at AWS’s own name for workloads: confirmation, end, and certificate', async () => {
    const endpoint = Promise.withResolvers<string>()
    const server = createServer((incoming, response) => {
      let text = ''
      incoming.on('data', chunk => {
        text += chunk
      })
      incoming.on('end', () => {
        response.end()
        endpoint.resolve(text)
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    try {
      await using topics = await start()
      const Endpoint = `http://app.quiz.localhost:${port}/news`
      await topics.client.send(new SubscribeCommand({ TopicArn: NEWS, Protocol: 'http', Endpoint }))
      const { SubscribeURL, SigningCertURL } = JSON.parse(await endpoint.promise)
      const links = [SubscribeURL, SigningCertURL].map((text: string) => new URL(text))
      expect(links.map(({ origin }) => origin)).toEqual(Array(2).fill('https://sns.us-east-1.amazonaws.com'))
      const socketPath = await topics.cloud.gateway.link(sessionOf(testRole('reader')))
      for (const { pathname, search, host } of links) {
        expect((await answerTo(topics, pathname + search, { host }, socketPath)).status).toBe(200)
      }
      const { Subscriptions } = await topics.client.send(new ListSubscriptionsCommand({}))
      expect(Subscriptions).toMatchObject([{ SubscriptionArn: expect.stringMatching(/^arn:aws:sns:/) }])
    } finally {
      server.close()
    }
  })
})

/** A GET of a path, with header fields that `fetch` doesn't let anybody write. */
function answerTo(
  { cloud }: TestTopics,
  path: string,
  headers: Record<string, string>,
  socketPath?: string,
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const { hostname: host, port } = new URL(cloud.gateway.url)
  const to = socketPath === undefined ? { host, port } : { socketPath }
  return new Promise((resolve, reject) => {
    const sent = request({ ...to, path, headers, agent: false }, answer => {
      let body = ''
      answer.on('data', chunk => {
        body += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}
