import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateEmailTemplateCommand,
  GetAccountCommand,
  GetEmailIdentityCommand,
  GetEmailTemplateCommand,
  PutAccountDetailsCommand,
  PutAccountSendingAttributesCommand,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../gateway/testing.ts'
import { simple, startMail, type TestMail, testIdentity } from './testing.ts'

let on: TestMail
beforeEach(async () => {
  on = await startMail()
})
afterEach(() => on[Symbol.asyncDispose]())

const account = () => on.client.send(new GetAccountCommand({}))
const enterSandbox = (ProductionAccessEnabled = false) =>
  on.client.send(
    new PutAccountDetailsCommand({
      MailType: 'TRANSACTIONAL',
      WebsiteURL: 'https://shop.example.com',
      UseCaseDescription: 'Order confirmations',
      ProductionAccessEnabled,
    }),
  )
const send = (...to: readonly string[]) => on.client.send(new SendEmailCommand(simple(to)))

describe('the account', () => {
  it('is out of the sandbox at first', async () => {
    await send('reader@example.org', 'success@simulator.amazonses.com')
    expect(await account()).toMatchObject({
      ProductionAccessEnabled: true,
      SendingEnabled: true,
      EnforcementStatus: 'HEALTHY',
      SendQuota: { SentLast24Hours: 1 },
      SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    })
  })

  it('in the sandbox writes to verified recipients and the simulator alone, once a second, 200 times a day', async () => {
    await enterSandbox()
    expect(await account()).toMatchObject({
      ProductionAccessEnabled: false,
      SendQuota: { Max24HourSend: 200, MaxSendRate: 1 },
      Details: { MailType: 'TRANSACTIONAL', WebsiteURL: 'https://shop.example.com' },
    })
    expect(await failureOf(send('a@example.org', 'help@example.com', 'b@example.org'))).toMatchObject({
      name: 'MessageRejected',
      message:
        'Email address is not verified. The following identities failed the check in region US-EAST-1: a@example.org, b@example.org',
    })
    expect(on.said('ses.rejected')).toEqual([expect.stringContaining('the account is in the sandbox')])
    await send('help@example.com')
    expect(await failureOf(send('success@simulator.amazonses.com'))).toMatchObject({
      name: 'TooManyRequestsException',
      status: 429,
      message: 'Maximum sending rate exceeded.',
    })
    expect(on.said('ses.sandboxEntered')).toHaveLength(1)
    await enterSandbox(true)
    expect((await account()).ProductionAccessEnabled).toBe(true)
  })

  it('can be paused', async () => {
    await on.client.send(new PutAccountSendingAttributesCommand({ SendingEnabled: false }))
    expect(await failureOf(send('a@example.org'))).toMatchObject({ name: 'SendingPausedException', status: 400 })
    await on.client.send(new PutAccountSendingAttributesCommand({ SendingEnabled: true }))
    expect((await send('a@example.org')).MessageId).toBeDefined()
  })
})

describe('a drill', () => {
  it.each([
    ['throttle', 'TooManyRequestsException', 429],
    ['unavailable', 'ServiceUnavailableException', 503],
  ] as const)('can have SES refuse for a while: %s', async (fault, name, status) => {
    const stop = on.mail.faults.start(fault)
    expect(await failureOf(send('a@example.org'))).toMatchObject({ name, status })
    expect(on.mail.inbox.list()).toEqual([])
    expect((await account()).SendingEnabled).toBe(true)
    stop()
    stop()
    expect((await send('a@example.org')).MessageId).toBeDefined()
    expect([on.said('ses.faultStarted'), on.said('ses.faultEnded')]).toMatchObject([{ length: 1 }, { length: 1 }])
  })

  it('goes on while another one is active', async () => {
    const stop = on.mail.faults.start('unavailable')
    const other = on.mail.faults.start('throttle')
    other()
    expect((await failureOf(send('a@example.org'))).status).toBe(503)
    stop()
    expect((await send('a@example.org')).MessageId).toBeDefined()
  })
})

describe('a restart', () => {
  let state: string
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), 'terrace-ses-'))
  })
  afterEach(() => rmSync(state, { recursive: true, force: true }))

  it('keeps what the API has made, and what was sent; the template decides about its own', async () => {
    {
      await using before = await startMail([testIdentity('example.com'), testIdentity('old.example.com')], { state })
      const TemplateContent = { Subject: 'Hi', Text: 'x' }
      await before.client.send(new CreateEmailTemplateCommand({ TemplateName: 'welcome', TemplateContent }))
      await before.client.send(new SendEmailCommand(simple()))
    }
    await using after = await startMail([testIdentity('example.com')], { state })
    expect((await after.client.send(new GetEmailTemplateCommand({ TemplateName: 'welcome' }))).TemplateName).toBe(
      'welcome',
    )
    const old = new GetEmailIdentityCommand({ EmailIdentity: 'old.example.com' })
    expect((await failureOf(after.client.send(old))).name).toBe('NotFoundException')
    expect((await after.client.send(new GetAccountCommand({}))).SendQuota?.SentLast24Hours).toBe(1)
    expect(await after.newest()).toMatchObject({ id: '1', subject: 'Your order' })
  })

  it('is refused with what can not be read', async () => {
    await (await startMail([testIdentity('example.com')], { state }))[Symbol.asyncDispose]()
    const file = join(state, 'data', 'ses', 'identities.json')
    writeFileSync(file, '{}')
    await expect(startMail([], { state })).rejects.toMatchObject({ code: 'SES_STATE_CORRUPT', place: { file } })
  })
})
