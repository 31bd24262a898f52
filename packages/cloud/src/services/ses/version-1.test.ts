import { SignatureV4 } from '@smithy/signature-v4'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, Sha256 } from '../../gateway/testing.ts'
import { LONGEST_MESSAGE, LONGEST_MESSAGE_OF_VERSION_1 } from './limits.ts'
import { startMail, type TestMail } from './testing.ts'

let on: TestMail
beforeEach(async () => {
  on = await startMail()
})
afterEach(() => on[Symbol.asyncDispose]())

/** One call as the clients of version 1 make it: a form, signed; a mail in it is a base64 text. */
async function call(Action: string, members: Readonly<Record<string, string>> = {}) {
  const { endpoint, region, credentials } = clientOptions(on.cloud.gateway.url)
  const url = new URL(endpoint)
  const signer = new SignatureV4({ service: 'ses', region, credentials, sha256: Sha256 })
  const body = new URLSearchParams({ Action, Version: '2010-12-01', ...members }).toString()
  const { headers } = await signer.sign(
    {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: '/',
      headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded' },
      body,
    },
    { signingDate: new Date(on.cloud.world.realtime.now()) },
  )
  const answer = await fetch(url, { method: 'POST', headers, body })
  return { status: answer.status, text: await answer.text() }
}

const raw = (bytes: number) => {
  const head = 'From: orders@example.com\r\nTo: a@example.org\r\n\r\n'
  return Buffer.from(head.padEnd(bytes, 'x')).toString('base64')
}

describe('version 1 of the API', () => {
  it('sends a simple mail', async () => {
    const { status, text } = await call('SendEmail', {
      Source: 'orders@example.com',
      'Destination.ToAddresses.member.1': 'a@example.org',
      'Destination.ToAddresses.member.2': 'b@example.org',
      'Message.Subject.Data': 'Hi',
      'Message.Body.Text.Data': 'Hello',
    })
    expect(status).toBe(200)
    const message = await on.newest()
    expect(message).toMatchObject({ to: ['a@example.org', 'b@example.org'], subject: 'Hi' })
    expect(text).toContain(`<SendEmailResult><MessageId>${message.messageId}</MessageId></SendEmailResult>`)
  })

  it('sends a raw mail to whom its head or the call names', async () => {
    expect((await call('SendRawEmail', { 'RawMessage.Data': raw(100) })).status).toBe(200)
    expect((await on.newest()).to).toEqual(['a@example.org'])
    await call('SendRawEmail', { 'RawMessage.Data': raw(100), 'Destinations.member.1': 'b@example.org' })
    expect((await on.newest()).to).toEqual(['b@example.org'])
  })

  it('takes messages of 10 MB and no longer', async () => {
    const { status, text } = await call('SendRawEmail', { 'RawMessage.Data': raw(LONGEST_MESSAGE_OF_VERSION_1 + 1) })
    expect(status).toBe(400)
    expect(text).toContain('<Code>InvalidParameterValue</Code>')
    expect(text).toContain(`Message length is more than ${LONGEST_MESSAGE_OF_VERSION_1} bytes long`)
    expect(on.mail.inbox.list()).toEqual([])
  })

  it('answers with its own codes', async () => {
    const mail = {
      Source: 'orders@example.net',
      'Destination.ToAddresses.member.1': 'a@example.org',
      'Message.Subject.Data': 'Hi',
      'Message.Body.Text.Data': 'Hello',
    }
    expect((await call('SendEmail', mail)).text).toContain('<Code>MessageRejected</Code>')
    const known = { ...mail, Source: 'orders@example.com' }
    const set = await call('SendEmail', { ...known, ConfigurationSetName: 'none' })
    expect(set.text).toContain('<Code>ConfigurationSetDoesNotExist</Code>')
    const stop = on.mail.faults.start('throttle')
    expect((await call('SendEmail', known)).text).toContain('<Code>Throttling</Code>')
    stop()
  })

  it('refuses the rest by name, and says what version 2 has', async () => {
    const { status, text } = await call('VerifyEmailIdentity', { EmailAddress: 'a@example.com' })
    expect(status).toBe(400)
    expect(text).toContain('VerifyEmailIdentity is not emulated by the local cloud')
    expect(text).toContain('version 2 has CreateEmailIdentity')
  })
})

describe('version 2 of the API', () => {
  it.each([
    [LONGEST_MESSAGE_OF_VERSION_1 + 1024, 'sent'],
    [LONGEST_MESSAGE - 1024, 'sent'],
    [LONGEST_MESSAGE + 1, 'BadRequestException'],
  ])('makes of a message of %i bytes: %s', async (bytes, expected) => {
    const { openSes } = await import('./ses.ts')
    const { outgoingOf } = await import('./operations/outgoing.ts')
    const opened = openSes(on.cloud.world)
    const mail = outgoingOf({ Content: { Raw: { Data: raw(bytes) } } }, opened.templates)
    const outcome = await opened.mailer.send(mail).then(
      () => 'sent',
      (error: Error) => error.name,
    )
    expect(outcome).toBe(expected)
  })
})
