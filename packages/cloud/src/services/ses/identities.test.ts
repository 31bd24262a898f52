import {
  CreateConfigurationSetCommand,
  CreateEmailIdentityCommand,
  CreateEmailIdentityPolicyCommand,
  DeleteEmailIdentityCommand,
  DeleteEmailIdentityPolicyCommand,
  GetEmailIdentityCommand,
  GetEmailIdentityPoliciesCommand,
  ListEmailIdentitiesCommand,
  PutEmailIdentityConfigurationSetAttributesCommand,
  SendEmailCommand,
  UpdateEmailIdentityPolicyCommand,
} from '@aws-sdk/client-sesv2'
import { minutes } from '@terrace/kit'
import type { RecordSet } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { failureOf } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { simple, startMail, testIdentity } from './testing.ts'

const zone = testNode('hostedZone', 'zone', { name: 'example.com', vpcs: [], nameServers: [] })
const record = (token: string): RecordSet =>
  testNode('recordSet', token, {
    zone: 'zone',
    name: `${token}._domainkey.example.com`,
    type: 'CNAME',
    target: { kind: 'values', values: [`${token}.dkim.amazonses.com.`], ttl: minutes(30) },
  })

describe('identities through the API', () => {
  it('are made, described, listed page by page, and deleted', async () => {
    await using on = await startMail([])
    const create = (EmailIdentity: string) => on.client.send(new CreateEmailIdentityCommand({ EmailIdentity }))
    const get = (EmailIdentity: string) => on.client.send(new GetEmailIdentityCommand({ EmailIdentity }))
    expect(await create('Example.com')).toMatchObject({
      IdentityType: 'DOMAIN',
      VerifiedForSendingStatus: true,
      DkimAttributes: { Status: 'SUCCESS', Tokens: { length: 3 } },
    })
    expect(await create('help@Example.org')).toMatchObject({ IdentityType: 'EMAIL_ADDRESS' })
    expect(await failureOf(create('example.com'))).toMatchObject({ name: 'AlreadyExistsException', status: 400 })
    expect(await get('help@example.org')).toMatchObject({
      VerificationStatus: 'SUCCESS',
      DkimAttributes: { SigningEnabled: false, Status: 'NOT_STARTED' },
    })

    const first = await on.client.send(new ListEmailIdentitiesCommand({ PageSize: 1 }))
    expect(first.EmailIdentities).toEqual([
      { IdentityType: 'DOMAIN', IdentityName: 'example.com', SendingEnabled: true, VerificationStatus: 'SUCCESS' },
    ])
    const second = await on.client.send(new ListEmailIdentitiesCommand({ NextToken: first.NextToken }))
    expect(second.EmailIdentities?.map(({ IdentityName }) => IdentityName)).toEqual(['help@example.org'])
    expect(second.NextToken).toBeUndefined()

    await on.client.send(new DeleteEmailIdentityCommand({ EmailIdentity: 'help@example.org' }))
    expect(await failureOf(get('help@example.org'))).toMatchObject({
      name: 'NotFoundException',
      status: 404,
      message: 'Email identity <help@example.org> does not exist.',
    })
  })

  it.each(['not a domain', 'localhost', '-a.example.com', 'a@b', 'a\n@example.com'])('are refused: %j', async name => {
    await using on = await startMail([])
    expect(await failureOf(on.client.send(new CreateEmailIdentityCommand({ EmailIdentity: name })))).toMatchObject({
      name: 'BadRequestException',
    })
  })

  it('have policies by name', async () => {
    await using on = await startMail()
    const EmailIdentity = 'example.com'
    const statement = { Effect: 'Allow', Principal: '*', Action: 'ses:SendEmail', Resource: '*' }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    const one = { EmailIdentity, PolicyName: 'partners', Policy }
    expect((await failureOf(on.client.send(new UpdateEmailIdentityPolicyCommand(one)))).name).toBe('NotFoundException')
    await on.client.send(new CreateEmailIdentityPolicyCommand(one))
    expect((await failureOf(on.client.send(new CreateEmailIdentityPolicyCommand(one)))).name).toBe(
      'AlreadyExistsException',
    )
    const broken = new UpdateEmailIdentityPolicyCommand({ ...one, Policy: '{"Statement":1}' })
    expect((await failureOf(on.client.send(broken))).name).toBe('BadRequestException')
    const policies = () => on.client.send(new GetEmailIdentityPoliciesCommand({ EmailIdentity }))
    expect((await policies()).Policies).toEqual({ partners: Policy })
    await on.client.send(new DeleteEmailIdentityPolicyCommand({ EmailIdentity, PolicyName: 'partners' }))
    expect((await policies()).Policies).toEqual({})
  })

  it('lend their configuration set to mails that name none', async () => {
    await using on = await startMail()
    const ConfigurationSetName = 'orders'
    const attach = () =>
      on.client.send(
        new PutEmailIdentityConfigurationSetAttributesCommand({ EmailIdentity: 'example.com', ConfigurationSetName }),
      )
    expect(await failureOf(attach())).toMatchObject({
      name: 'NotFoundException',
      message: 'Configuration set <orders> does not exist.',
    })
    await on.client.send(
      new CreateConfigurationSetCommand({ ConfigurationSetName, SendingOptions: { SendingEnabled: false } }),
    )
    await attach()
    expect((await failureOf(on.client.send(new SendEmailCommand(simple())))).name).toBe('SendingPausedException')
  })
})

describe('a sender', () => {
  it.each([
    ['of a domain', 'orders@example.com', ['example.com'], true],
    ['of a domain below one', 'orders@mail.example.com', ['example.com'], true],
    ['with capital letters in its domain', 'orders@EXAMPLE.com', ['example.com'], true],
    ['by its own address', 'orders@example.com', ['orders@example.com'], true],
    ['of a domain above one', 'orders@example.com', ['mail.example.com'], false],
    ['of a domain that ends alike', 'orders@notexample.com', ['example.com'], false],
    ['with capital letters before the @', 'Orders@example.com', ['orders@example.com'], false],
    ['of nothing', 'orders@example.com', [], false],
  ])('%s: %s with %j', async (_, FromEmailAddress, identities, verified) => {
    await using on = await startMail(identities.map(identity => testIdentity(identity)))
    const sent = on.client.send(new SendEmailCommand({ ...simple(), FromEmailAddress }))
    if (verified) {
      expect((await sent).MessageId).toBeDefined()
      return
    }
    const { address } = { address: FromEmailAddress }
    expect(await failureOf(sent)).toMatchObject({
      name: 'MessageRejected',
      status: 400,
      message: `Email address is not verified. The following identities failed the check in region US-EAST-1: ${address}`,
    })
    expect(on.said('ses.rejected')).toEqual([expect.stringContaining('no verified identity covers it')])
  })

  it('of a domain whose zone lacks its DKIM records is not verified, and the journal names them', async () => {
    await using on = await startMail([testIdentity('example.com'), zone, record('one'), record('two')])
    expect(await on.client.send(new GetEmailIdentityCommand({ EmailIdentity: 'example.com' }))).toMatchObject({
      VerifiedForSendingStatus: false,
      VerificationStatus: 'PENDING',
      DkimAttributes: { Status: 'PENDING', Tokens: ['one', 'two', 'three'] },
    })
    expect(on.said('ses.unverified')).toEqual([
      expect.stringContaining('without three._domainkey.example.com CNAME three.dkim.amazonses.com'),
    ])
    expect((await failureOf(on.client.send(new SendEmailCommand(simple())))).name).toBe('MessageRejected')
  })

  it('of a domain whose zone has its DKIM records is verified', async () => {
    await using on = await startMail([testIdentity('example.com'), zone, ...['one', 'two', 'three'].map(record)])
    expect((await on.client.send(new SendEmailCommand(simple()))).MessageId).toBeDefined()
    expect(on.said('ses.unverified')).toEqual([])
  })
})
