import {
  CreateEmailIdentityPolicyCommand,
  GetAccountCommand,
  SendBulkEmailCommand,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2'
import type { PolicyStatement } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { failureOf, testRole } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { simple, startMail, testIdentity } from './testing.ts'

const ARN = 'arn:aws:ses:us-east-1:123456789012'
const IDENTITY = `${ARN}:identity/example.com`
const SET = `${ARN}:configuration-set/orders`
const TEMPLATE = `${ARN}:template/welcome`

const set = testNode('configurationSet', 'orders', { name: 'orders', sendingEnabled: true, eventDestinations: [] })
const template = testNode('emailTemplate', 'welcome', { name: 'welcome', subject: 'Hi', text: 'Hello' })

const RAW = { Content: { Raw: { Data: Buffer.from('From: orders@example.com\r\nTo: a@example.org\r\n\r\nx') } } }
const TEMPLATED = { ...simple(), Content: { Template: { TemplateName: 'welcome', TemplateData: '{}' } } }
const BULK = {
  FromEmailAddress: 'orders@example.com',
  DefaultContent: { Template: { TemplateName: 'welcome', TemplateData: '{}' } },
  BulkEmailEntries: [{ Destination: { ToAddresses: ['a@example.org'] } }],
}

/** What becomes of a mail that a role with this one statement sends. */
async function outcome(
  statement: Omit<PolicyStatement, 'Effect'>,
  command: SendEmailCommand | SendBulkEmailCommand = new SendEmailCommand(simple()),
) {
  const role = testRole('worker', { Effect: 'Allow', ...statement })
  await using on = await startMail([testIdentity('example.com'), set, template, role])
  const client = await on.as(role)
  const sent = command instanceof SendEmailCommand ? client.send(command) : client.send(command)
  return await sent.then(
    () => 'sent',
    (error: Error) => `${error.name} ${/ses:\S+ on resource: \S+/.exec(error.message)?.[0] ?? error.message}`,
  )
}
const denied = (action: string, resource: string) => `AccessDeniedException ses:${action} on resource: ${resource}`

describe('sending needs', () => {
  it.each<[string, Omit<PolicyStatement, 'Effect'>, SendEmailCommand | SendBulkEmailCommand, string]>([
    [
      'ses:SendEmail on the identity',
      { Action: 'ses:SendEmail', Resource: IDENTITY },
      new SendEmailCommand(simple()),
      'sent',
    ],
    [
      'it on the identity that is verified, not on the address',
      { Action: 'ses:SendEmail', Resource: `${ARN}:identity/orders@example.com` },
      new SendEmailCommand(simple()),
      denied('SendEmail', IDENTITY),
    ],
    [
      'ses:SendRawEmail for a raw message',
      { Action: 'ses:SendEmail', Resource: '*' },
      new SendEmailCommand(RAW),
      denied('SendRawEmail', IDENTITY),
    ],
    [
      'nothing else for a raw message',
      { Action: 'ses:SendRawEmail', Resource: IDENTITY },
      new SendEmailCommand(RAW),
      'sent',
    ],
    [
      'it on the configuration set too',
      { Action: 'ses:SendEmail', Resource: IDENTITY },
      new SendEmailCommand({ ...simple(), ConfigurationSetName: 'orders' }),
      denied('SendEmail', SET),
    ],
    [
      'it on the template too',
      { Action: 'ses:SendEmail', Resource: IDENTITY },
      new SendEmailCommand(TEMPLATED),
      denied('SendEmail', TEMPLATE),
    ],
    [
      'both for a mail with a template',
      { Action: 'ses:SendEmail', Resource: [IDENTITY, TEMPLATE] },
      new SendEmailCommand(TEMPLATED),
      'sent',
    ],
    [
      'ses:SendBulkEmail for many at once',
      { Action: 'ses:SendEmail', Resource: '*' },
      new SendBulkEmailCommand(BULK),
      denied('SendBulkEmail', IDENTITY),
    ],
    [
      'nothing else for many at once',
      { Action: 'ses:SendBulkEmail', Resource: [IDENTITY, TEMPLATE] },
      new SendBulkEmailCommand(BULK),
      'sent',
    ],
  ])('%s', async (_, statement, command, expected) => {
    expect(await outcome(statement, command)).toBe(expected)
  })

  const named = { ...simple(), FromEmailAddress: 'Shop <orders@example.com>' }
  it.each<[string, NonNullable<PolicyStatement['Condition']>, object, boolean]>([
    ['sender', { StringEquals: { 'ses:FromAddress': 'orders@example.com' } }, simple(), true],
    ['sender', { StringEquals: { 'ses:FromAddress': 'boss@example.com' } }, simple(), false],
    ['name of the sender', { StringLike: { 'ses:FromDisplayName': 'Shop*' } }, named, true],
    ['name of the sender', { StringLike: { 'ses:FromDisplayName': 'Shop*' } }, simple(), false],
    [
      'recipients',
      { 'ForAllValues:StringLike': { 'ses:Recipients': '*@example.org' } },
      simple(['a@example.org', 'b@example.org']),
      true,
    ],
    [
      'recipients',
      { 'ForAllValues:StringLike': { 'ses:Recipients': '*@example.org' } },
      simple(['a@example.org', 'b@example.net']),
      false,
    ],
    [
      'return path',
      { StringEquals: { 'ses:FeedbackAddress': 'bounces@example.com' } },
      { ...simple(), FeedbackForwardingEmailAddress: 'bounces@example.com' },
      true,
    ],
    ['version of the API', { StringEquals: { 'ses:ApiVersion': '2' } }, simple(), true],
  ])('what a condition on the %s says: %j', async (_, Condition, input, allowed) => {
    const command = new SendEmailCommand({ ...simple(), ...input })
    const result = await outcome({ Action: 'ses:SendEmail', Resource: IDENTITY, Condition }, command)
    expect(result).toBe(allowed ? 'sent' : denied('SendEmail', IDENTITY))
  })

  it('what a condition on the recipients says, of all entries of a call together', async () => {
    const Condition = { 'ForAllValues:StringLike': { 'ses:Recipients': '*@example.org' } }
    const statement = { Action: 'ses:SendBulkEmail', Resource: [IDENTITY, TEMPLATE], Condition }
    const to = (...addresses: readonly string[]) =>
      new SendBulkEmailCommand({
        ...BULK,
        BulkEmailEntries: addresses.map(address => ({ Destination: { ToAddresses: [address] } })),
      })
    expect(await outcome(statement, to('a@example.org', 'b@example.org'))).toBe('sent')
    expect(await outcome(statement, to('a@example.org', 'b@example.net'))).toBe(denied('SendBulkEmail', IDENTITY))
  })

  it('nothing of its own where the policy of the identity allows it', async () => {
    const role = testRole('partner', { Effect: 'Allow', Action: 'ses:GetAccount', Resource: '*' })
    await using on = await startMail([testIdentity('example.com'), role])
    const client = await on.as(role)
    expect((await failureOf(client.send(new SendEmailCommand(simple())))).name).toBe('AccessDeniedException')
    const statement = { Effect: 'Allow', Principal: { AWS: role.arn }, Action: 'ses:SendEmail', Resource: IDENTITY }
    await on.client.send(
      new CreateEmailIdentityPolicyCommand({
        EmailIdentity: 'example.com',
        PolicyName: 'partner',
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
      }),
    )
    expect((await client.send(new SendEmailCommand(simple()))).MessageId).toBeDefined()
    expect((await client.send(new GetAccountCommand({}))).ProductionAccessEnabled).toBe(true)
  })
})
