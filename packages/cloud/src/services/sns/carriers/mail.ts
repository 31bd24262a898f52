import type { World } from '../../../world.ts'
import type { Links } from '../links.ts'
import type { Published } from '../message.ts'
import { notificationOf, type Press, writeNotification } from '../notification.ts'
import { mailDelays } from '../retries.ts'
import type { Subscription } from '../subscription.ts'
import type { Topic } from '../topic.ts'
import { type Carrier, DELIVERED } from './carrier.ts'

type Surroundings = Pick<World, 'architecture' | 'clock' | 'ports'>

/** Writes mails, which arrive in the inbox of the system. */
export const mailCarrier = (world: Surroundings, press: Press): Carrier => ({
  delays: mailDelays,
  async attempt({ published, subscription }) {
    const { kept } = subscription
    const { topic, id, subject } = published
    const text =
      kept.protocol === 'email-json'
        ? writeNotification(await notificationOf(press, published, subscription))
        : withFooter(published.bodyFor('email'), await press.linksFor(kept), subscription)
    await send(world, { id, topic, to: kept.endpoint, subject: subject ?? 'AWS Notification Message', text })
    return DELIVERED
  },
})

/** Asks somebody by mail whether they want what a topic sends. */
export const confirmationMail = (world: Surroundings, press: Press): Carrier => ({
  delays: mailDelays,
  async attempt({ published, subscription }) {
    const { kept } = subscription
    if (!kept.pending) return DELIVERED
    const { topic, id } = published
    await send(world, {
      id,
      topic,
      to: kept.endpoint,
      subject: 'AWS Notification - Subscription Confirmation',
      text: question(topic, kept.pending.token, await press.linksFor(kept)),
    })
    return DELIVERED
  },
})

/** Tells somebody that their subscription has ended, and how to have it back. */
export const farewellMail = (world: Surroundings, press: Press): Carrier => ({
  delays: mailDelays,
  async attempt({ published, subscription }) {
    const { kept } = subscription
    if (!kept.ended) return DELIVERED
    const { topic, id } = published
    const links = await press.linksFor(kept)
    await send(world, {
      id,
      topic,
      to: kept.endpoint,
      subject: 'AWS Notification - Unsubscribe Confirmation',
      text: farewell(topic, links.confirm(topic.arn, kept.ended.token)),
    })
    return DELIVERED
  },
})

const farewell = ({ arn }: Topic, link: string): string =>
  [
    'This address gets no more notifications of the topic:',
    arn,
    '',
    'If nobody meant that, this link brings the subscription back, within two days:',
    link,
    '',
  ].join('\n')

const question = ({ arn }: Topic, token: string, links: Links): string =>
  [
    'Somebody has subscribed this address to the topic:',
    arn,
    '',
    'To receive what it sends, open this link. Without it nothing happens, and it ends after two days:',
    links.confirm(arn, token),
    '',
    'or confirm it with this token:',
    token,
    '',
  ].join('\n')

const withFooter = (message: string, links: Links, { arn }: Subscription): string =>
  [
    message,
    '',
    '--',
    'To receive no more notifications of this topic, open this link:',
    links.unsubscribe(arn),
    '',
  ].join('\n')

interface Mail {
  readonly id: Published['id']
  readonly topic: Topic
  readonly to: string
  readonly subject: string
  readonly text: string
}

async function send(
  { ports, clock, architecture }: Surroundings,
  { id, topic, to, subject, text }: Mail,
): Promise<void> {
  // Loaded with the first mail, as most topics have none.
  const [{ inbox }, { default: MailComposer }] = await Promise.all([
    ports.need('mail'),
    import('nodemailer/lib/mail-composer'),
  ])
  const at = clock.now()
  const address = 'no-reply@sns.amazonaws.com'
  const content = await new MailComposer({
    from: { name: topic.displayName || 'AWS Notifications', address },
    to,
    subject,
    text,
    messageId: `<${id}@${architecture.region}.amazonses.com>`,
    date: new Date(at),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build()
  await inbox.keep({ at, messageId: id, from: address, to: [to], subject, content })
}
