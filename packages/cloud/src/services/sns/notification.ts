import type { Instant } from '@terrace/kit'
import type { Links, LinksFor } from './links.ts'
import type { Published } from './message.ts'
import type { MessageAttributes } from './message-attributes.ts'
import type { Signer } from './signing.ts'
import type { Subscription } from './subscription.ts'
import type { Topic } from './topic.ts'

/** What notifications are made with. */
export interface Press {
  readonly signer: Signer
  readonly linksFor: LinksFor
}

/** A notification as its fields, in AWS's order; signatures and links are of this subscription. */
export interface Notification {
  readonly fields: Readonly<Record<string, string | undefined>>
  readonly attributes: Readonly<Record<string, { readonly Type: string; readonly Value: string }>>
}

/**
 * What a subscription is told of a message.
 * @see Amazon SNS Developer Guide, "Parsing Amazon SNS message formats"
 */
export async function notificationOf(
  { signer, linksFor }: Press,
  published: Published,
  { kept, arn }: Subscription,
): Promise<Notification> {
  const { topic, id, subject, sequence } = published
  const Message = published.bodyFor(kept.protocol)
  const Timestamp = timestamp(published.at)
  const links = await linksFor(kept)
  const UnsubscribeURL = links.unsubscribe(arn)
  const attributes = wireAttributes(published.attributes)
  const common = { Type: 'Notification', MessageId: id }
  // Queues alone get what FIFO topics send: it isn't signed.
  if (topic.fifo) {
    const fields = {
      SequenceNumber: sequence,
      TopicArn: topic.arn,
      Subject: subject,
      Message,
      Timestamp,
      UnsubscribeURL,
    }
    return { fields: { ...common, ...fields }, attributes }
  }
  const said = { ...common, TopicArn: topic.arn, Subject: subject, Message, Timestamp }
  const signature = await signed(signer, links, said, topic)
  return { fields: { ...said, ...signature, UnsubscribeURL }, attributes }
}

/**
 * What asks an HTTP endpoint whether it wants what a topic sends, or tells it that its subscription has ended. The same page.
 */
export async function confirmationOf(
  { signer, linksFor }: Press,
  topic: Topic,
  { kept, arn }: Subscription,
  of: { readonly id: string; readonly token: string; readonly at: Instant; readonly isFarewell?: boolean },
): Promise<Notification> {
  const links = await linksFor(kept)
  const said = {
    Type: of.isFarewell ? 'UnsubscribeConfirmation' : 'SubscriptionConfirmation',
    MessageId: of.id,
    Token: of.token,
    TopicArn: topic.arn,
    Message: of.isFarewell
      ? `You have chosen to deactivate subscription ${arn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`
      : `You have chosen to subscribe to the topic ${topic.arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: links.confirm(topic.arn, of.token),
    Timestamp: timestamp(of.at),
  }
  return { fields: { ...said, ...(await signed(signer, links, said, topic)) }, attributes: {} }
}

async function signed(signer: Signer, links: Links, fields: Notification['fields'], { signatureVersion }: Topic) {
  const { signature, certificate } = await signer.sign(fields, signatureVersion)
  return {
    SignatureVersion: signatureVersion,
    Signature: signature,
    SigningCertURL: links.certificate(certificate),
  }
}

const timestamp = (at: Instant): string => new Date(at).toISOString()

const wireAttributes = (attributes: MessageAttributes): Notification['attributes'] =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { dataType, text, binary }]) => [
      name,
      { Type: dataType, Value: text ?? binary ?? '' },
    ]),
  )

/** As queues, HTTP endpoints and `email-json` get it: JSON with SNS's own spaces, which some programs compare. */
export function writeNotification({ fields, attributes }: Notification): string {
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`  "${name}" : ${JSON.stringify(value)}`],
  )
  const inner = Object.entries(attributes).map(
    ([name, each]) => `    ${JSON.stringify(name)} : ${JSON.stringify(each)}`,
  )
  if (inner.length > 0) lines.push(`  "MessageAttributes" : {\n${inner.join(',\n')}\n  }`)
  return `{\n${lines.join(',\n')}\n}`
}

/**
 * As functions get it.
 * @see AWS Lambda Developer Guide, "Invoking Lambda functions with Amazon SNS notifications"
 */
export function lambdaEvent({ fields, attributes }: Notification, subscriptionArn: string): string {
  const { SigningCertURL, UnsubscribeURL, Subject, ...rest } = fields
  return JSON.stringify({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscriptionArn,
        Sns: {
          ...rest,
          Subject: Subject ?? null,
          SigningCertUrl: SigningCertURL,
          UnsubscribeUrl: UnsubscribeURL,
          MessageAttributes: attributes,
        },
      },
    ],
  })
}
