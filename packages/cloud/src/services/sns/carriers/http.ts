import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { rootCertificates } from 'node:tls'
import { messageOf } from '@terrace/kit'
import type { World } from '../../../world.ts'
import { effectivePolicy } from '../delivery-policy.ts'
import { HTTP_ANSWER } from '../limits.ts'
import type { Published } from '../message.ts'
import { confirmationOf, notificationOf, type Press, writeNotification } from '../notification.ts'
import { httpDelays } from '../retries.ts'
import type { Subscription } from '../subscription.ts'
import type { Topic } from '../topic.ts'
import { type Carrier, DELIVERED, type Outcome } from './carrier.ts'

type Surroundings = Pick<World, 'ports' | 'realtime'>

/** Posts notifications to HTTP and HTTPS endpoints of this machine. */
export const httpCarrier = (world: Surroundings, press: Press): Carrier => ({
  countsAttempts: true,
  delays: ({ published, subscription }) => httpDelays(policyOf(published.topic, subscription).retry),
  async attempt({ published, subscription }, signal) {
    const { raw, arn, kept } = subscription
    const { topic, id } = published
    const body = raw
      ? published.bodyFor(kept.protocol)
      : writeNotification(await notificationOf(press, published, subscription))
    const headers = {
      'x-amz-sns-subscription-arn': arn,
      ...(raw ? { 'x-amz-sns-rawdelivery': 'true' } : {}),
    }
    return post(
      world,
      kept.endpoint,
      body,
      {
        ...headersOf('Notification', id, topic, policyOf(topic, subscription).contentType),
        ...headers,
      },
      signal,
    )
  },
})

/** Asks an endpoint whether it wants what a topic sends. */
export const confirmationCarrier = (world: Surroundings, press: Press): Carrier => ({
  countsAttempts: true,
  delays: ({ published, subscription }) => httpDelays(policyOf(published.topic, subscription).retry),
  async attempt({ published, subscription }, signal) {
    const { kept } = subscription
    const { topic, id, at } = published
    if (!kept.pending) return DELIVERED
    const body = writeNotification(
      await confirmationOf(press, topic, subscription, { id, at, token: kept.pending.token }),
    )
    const { contentType } = policyOf(topic, subscription)
    return post(world, kept.endpoint, body, headersOf('SubscriptionConfirmation', id, topic, contentType), signal)
  },
})

/** Tells an endpoint that its subscription has ended, and where it can have it back. */
export const farewellCarrier = (world: Surroundings, press: Press): Carrier => ({
  countsAttempts: true,
  delays: ({ published, subscription }) => httpDelays(policyOf(published.topic, subscription).retry),
  async attempt({ published, subscription }, signal) {
    const { kept, arn } = subscription
    const { topic, id, at } = published
    if (!kept.ended) return DELIVERED
    const said = await confirmationOf(press, topic, subscription, { id, at, token: kept.ended.token, isFarewell: true })
    const headers = {
      ...headersOf('UnsubscribeConfirmation', id, topic, policyOf(topic, subscription).contentType),
      'x-amz-sns-subscription-arn': arn,
    }
    return post(world, kept.endpoint, writeNotification(said), headers, signal)
  },
})

const policyOf = (topic: Topic, { kept }: Subscription) =>
  effectivePolicy(topic.deliveryPolicy, kept.attributes.DeliveryPolicy)

/** @see Amazon SNS Developer Guide, "HTTP/HTTPS headers" */
const headersOf = (type: string, id: Published['id'], { arn }: Topic, contentType: string) => ({
  'x-amz-sns-message-type': type,
  'x-amz-sns-message-id': id,
  'x-amz-sns-topic-arn': arn,
  'content-type': contentType,
  'user-agent': 'Amazon Simple Notification Service Agent',
})

async function post(
  { ports, realtime }: Surroundings,
  endpoint: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Outcome> {
  const url = new URL(endpoint)
  const isSecure = url.protocol === 'https:'
  const tls = isSecure ? { ca: [...rootCertificates, (await ports.need('publicAuthority')).certificate] } : {}
  const outcome = Promise.withResolvers<Outcome>()
  const failed = (because: string) => outcome.resolve({ kind: 'failed', because })
  const request = (isSecure ? secureRequest : plainRequest)(
    url,
    {
      ...tls,
      method: 'POST',
      agent: false,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      signal,
      // Names below localhost are this machine's, whatever its resolver knows of them.
      lookup: (_name, options, answer) =>
        options.all ? answer(null, [{ address: '127.0.0.1', family: 4 }]) : answer(null, '127.0.0.1', 4),
    },
    response => {
      response.resume()
      outcome.resolve(outcomeOf(response.statusCode ?? 0, endpoint))
    },
  )
  const stopWaiting = realtime.after(HTTP_ANSWER, () => {
    failed(`${endpoint} has not answered in ${HTTP_ANSWER / 1000} s`)
    request.destroy()
  })
  request.on('error', error => failed(`${endpoint}: ${messageOf(error)}`))
  request.end(body)
  try {
    return await outcome.promise
  } finally {
    stopWaiting()
  }
}

/** Errors of the client are not tried again, but for 429. "Amazon SNS message delivery retries" */
function outcomeOf(status: number, endpoint: string): Outcome {
  if (status >= 200 && status < 300) return DELIVERED
  const because = `${endpoint} has answered ${status}`
  return { kind: status >= 500 || status < 200 || status === 429 ? 'failed' : 'refused', because }
}
