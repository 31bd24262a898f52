import { SESv2Client } from '@aws-sdk/client-sesv2'
import type { InboxMessage } from '@terrace/control'
import { type Clock, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, EmailIdentity } from '@terrace/model'
import { clientOptions, sessionOf, startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { ses } from './index.ts'
import type { Mail } from './mail.ts'

/** For tests: an address or a domain that the template has. */
export const testIdentity = (identity: string, rest: Partial<EmailIdentity> = {}): EmailIdentity => ({
  ...testNode('emailIdentity', identity, {
    identity,
    arn: `arn:aws:ses:us-east-1:123456789012:identity/${identity}`,
    dkimTokens: identity.includes('@') ? [] : ['one', 'two', 'three'],
  }),
  ...rest,
})

/** For tests: SES, a client of the SDK as the account's administrator, and what has arrived. */
export interface TestMail {
  readonly cloud: TestCloud
  readonly client: SESv2Client
  readonly clock: VirtualClock
  readonly mail: Mail
  /** The newest message. */
  newest(): Promise<InboxMessage>
  /** A client with the credentials of a role. */
  as(role: Parameters<typeof sessionOf>[0]): Promise<SESv2Client>
  /** Metrics of all time, summed up. */
  metric(name: string): number
  /** The sentences of the journal of one kind. */
  said(kind: string): readonly string[]
  [Symbol.asyncDispose](): Promise<void>
}

export const START = Date.UTC(2026, 10, 22, 9, 30)

/** Starts SES with the domain `example.com`, unless other nodes are given. */
export async function startMail(
  nodes: readonly ArchitectureNode[] = [testIdentity('example.com')],
  options: { readonly state?: string; readonly clock?: VirtualClock } = {},
): Promise<TestMail> {
  const clock = options.clock ?? new VirtualClock(START)
  const cloud = await startTestCloud({ ...options, nodes, services: [ses], clock: clock satisfies Clock })
  const mail = await cloud.world.ports.need('mail')
  const client = new SESv2Client(clientOptions(cloud.gateway.url))
  return {
    cloud,
    client,
    clock,
    mail,
    newest: () => mail.inbox.read(mail.inbox.list().at(-1)?.id ?? 'none'),
    as: async role => new SESv2Client(await cloud.as(sessionOf(role))),
    metric: name =>
      cloud.world.metrics
        .query({
          namespace: 'AWS/SES',
          name,
          dimensions: {},
          statistic: 'Sum',
          period: 3_600_000,
          from: 0,
          to: clock.now() + 3_600_000,
        })
        .reduce((sum, { value }) => sum + value, 0),
    said: kind =>
      cloud.world.journal
        .since(0)
        .filter(entry => entry.kind === kind)
        .map(({ message }) => message),
    async [Symbol.asyncDispose]() {
      client.destroy()
      await cloud.stop()
    },
  }
}

/** For tests: a simple mail from `orders@example.com`. */
export const simple = (
  to: readonly string[] = ['reader@example.org'],
  subject = 'Your order',
  text = 'Thank you.',
) => ({
  FromEmailAddress: 'orders@example.com',
  Destination: { ToAddresses: [...to] },
  Content: { Simple: { Subject: { Data: subject }, Body: { Text: { Data: text } } } },
})
