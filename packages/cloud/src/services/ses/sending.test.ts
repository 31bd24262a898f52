import { SendBulkEmailCommand, SendEmailCommand } from '@aws-sdk/client-sesv2'
import PostalMime from 'postal-mime'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../gateway/testing.ts'
import { START, simple, startMail, type TestMail } from './testing.ts'

let on: TestMail
beforeEach(async () => {
  on = await startMail()
})
afterEach(() => on[Symbol.asyncDispose]())

const send = (input: ConstructorParameters<typeof SendEmailCommand>[0]) => on.client.send(new SendEmailCommand(input))
const raw = (...lines: readonly string[]) => ({ Content: { Raw: { Data: Buffer.from(lines.join('\r\n')) } } })
const arrived = () => on.mail.inbox.list()
const bulk = (entries: readonly { readonly to: string; readonly data: string }[]) =>
  new SendBulkEmailCommand({
    FromEmailAddress: 'orders@example.com',
    DefaultContent: { Template: { TemplateContent: { Subject: 's', Text: '{{{text}}}' }, TemplateData: '{}' } },
    BulkEmailEntries: entries.map(({ to, data }) => ({
      Destination: { ToAddresses: [to] },
      ReplacementEmailContent: { ReplacementTemplate: { ReplacementTemplateData: data } },
    })),
  })

describe('a simple mail', () => {
  it('arrives as its recipients would get it, with an id, a date and its own header fields', async () => {
    const { MessageId } = await send({
      ...simple(['"Reader, first" <reader@EXAMPLE.org>']),
      FromEmailAddress: 'Orders <orders@example.com>',
      Destination: { ToAddresses: ['"Reader, first" <reader@EXAMPLE.org>'], CcAddresses: ['copy@example.org'] },
      ReplyToAddresses: ['help@example.com'],
      Content: {
        Simple: {
          Subject: { Data: 'Grüße' },
          Body: { Text: { Data: 'Thank you, Jörg.' }, Html: { Data: '<p>Thank you, Jörg.</p>' } },
          Headers: [{ Name: 'X-Order-Id', Value: '17' }],
        },
      },
    })

    const message = await on.newest()
    expect(message).toMatchObject({
      id: '1',
      at: START,
      messageId: MessageId,
      from: 'Orders <orders@example.com>',
      to: ['reader@example.org', 'copy@example.org'],
      subject: 'Grüße',
      text: expect.stringContaining('Thank you, Jörg.'),
      html: expect.stringContaining('<p>Thank you, Jörg.</p>'),
    })
    const parsed = await PostalMime.parse(Buffer.from(message.raw, 'base64'))
    expect(parsed).toMatchObject({
      subject: 'Grüße',
      messageId: `<${MessageId}@email.amazonses.com>`,
      date: new Date(START).toISOString(),
      from: { name: 'Orders', address: 'orders@example.com' },
      to: [{ name: 'Reader, first', address: 'reader@example.org' }],
      cc: [{ address: 'copy@example.org' }],
      replyTo: [{ address: 'help@example.com' }],
    })
    expect(message.headers).toContainEqual({ name: 'X-Order-Id', value: '17' })
  })

  it('reaches those in Bcc, and nobody sees them', async () => {
    await send({ ...simple(), Destination: { ToAddresses: ['a@example.org'], BccAddresses: ['hidden@example.org'] } })

    const message = await on.newest()
    expect(message.to).toEqual(['a@example.org', 'hidden@example.org'])
    expect(Buffer.from(message.raw, 'base64').toString()).not.toContain('hidden')
  })

  it('brings its attachments', async () => {
    const { Content, ...rest } = simple()
    const Attachments = [{ FileName: 'bill.txt', RawContent: Buffer.from('17 EUR'), ContentType: 'text/plain' }]
    await send({ ...rest, Content: { Simple: { ...Content.Simple, Attachments } } })

    expect((await on.newest()).attachments).toEqual([{ name: 'bill.txt', type: 'text/plain', bytes: 6 }])
  })

  it('can have fifty recipients and no more', async () => {
    const many = Array.from({ length: 51 }, (_, index) => `reader${index}@example.org`)
    await send(simple(many.slice(0, 50)))
    expect((await on.newest()).to).toHaveLength(50)
    expect(await failureOf(send(simple(many)))).toMatchObject({
      name: 'BadRequestException',
      status: 400,
      message: 'Recipient count exceeds 50.',
    })
  })
})

describe('a raw mail', () => {
  const whole = raw(
    'From: Orders <orders@example.com>',
    'To: reader@example.org,',
    ' second@example.org',
    'Bcc: hidden@example.org',
    'Message-ID: <mine@example.com>',
    'Date: Mon, 1 Jan 2001 00:00:00 +0000',
    'Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=',
    '',
    'Line one',
    '.Line two',
  )

  it('goes out byte for byte, but for what SES writes itself', async () => {
    const { MessageId } = await send(whole)

    const message = await on.newest()
    expect(message.to).toEqual(['reader@example.org', 'second@example.org', 'hidden@example.org'])
    const text = Buffer.from(message.raw, 'base64').toString()
    expect(text).toMatch(/\r\n\r\nLine one\r\n\.Line two$/)
    expect(text).toContain(`Message-ID: <${MessageId}@email.amazonses.com>\r\n`)
    expect(text).toContain('Date: Sun, 22 Nov 2026 09:30:00 +0000\r\n')
    expect(text).not.toMatch(/hidden|mine@|2001/)
  })

  it('goes to whom the call names, whatever its head says', async () => {
    await send({ ...whole, Destination: { ToAddresses: ['other@example.org'] } })
    expect((await on.newest()).to).toEqual(['other@example.org'])
  })

  it('is read by a program with the message in its subject in words', async () => {
    await send(whole)
    const parsed = await PostalMime.parse(Buffer.from((await on.newest()).raw, 'base64'))
    expect(parsed.subject).toBe('Grüße')
  })

  it.each<[string, readonly string[], RegExp]>([
    ['without a head', ['hello'], /Invalid header/],
    ['without a sender', ['To: a@example.org', '', 'x'], /'From'/],
    [
      'with two senders',
      ['From: a@example.com', 'From: b@example.com', 'To: a@example.org', '', ''],
      /Duplicate header/,
    ],
    ['without recipients', ['From: orders@example.com', '', 'x'], /at least one destination/],
  ])('%s is refused', async (_, lines, message) => {
    expect(await failureOf(send(raw(...lines)))).toMatchObject({
      name: 'BadRequestException',
      message: expect.stringMatching(message),
    })
    expect(arrived()).toEqual([])
  })

  it('whose own sender is not verified is rejected, whoever the call names', async () => {
    const forged = raw('From: boss@example.net', 'To: a@example.org', '', 'x')
    expect(await failureOf(send({ ...forged, FromEmailAddress: 'orders@example.com' }))).toMatchObject({
      name: 'MessageRejected',
      message: expect.stringContaining('boss@example.net'),
    })
  })
})

describe('what would break a mail', () => {
  it.each([
    [
      'a subject with a line break',
      { Content: { Simple: { ...simple().Content.Simple, Subject: { Data: 'a\r\nBcc: x@example.org' } } } },
    ],
    ['a recipient with a line break', { Destination: { ToAddresses: ['a@example.org\r\nBcc: x@example.org'] } }],
    ['a recipient with a lone line feed in its name', { Destination: { ToAddresses: ['"a\nb" <a@example.org>'] } }],
    ['two recipients in one', { Destination: { ToAddresses: ['a@example.org, b@example.org'] } }],
    ['a recipient without a domain', { Destination: { ToAddresses: ['reader'] } }],
    ['a recipient with a blank', { Destination: { ToAddresses: ['a b@example.org'] } }],
    ['a recipient beyond ASCII', { Destination: { ToAddresses: ['jörg@example.org'] } }],
    ['a recipient whose bracket is open', { Destination: { ToAddresses: ['a <a@example.org'] } }],
    ['a sender that is none', { FromEmailAddress: '@example.com' }],
    ['a reply address with a line break', { ReplyToAddresses: ['a@example.com\nX: y'] }],
    ['no recipient', { Destination: {} }],
    ['no content', { Content: {} }],
    ['two contents', { Content: { ...simple().Content, Raw: { Data: Buffer.from('From: a@example.com\n\n') } } }],
    ['a body without parts', { Content: { Simple: { Subject: { Data: 'a' }, Body: {} } } }],
    [
      'a field that SES writes itself',
      { Content: { Simple: { ...simple().Content.Simple, Headers: [{ Name: 'bcc', Value: 'x@example.org' }] } } },
    ],
    [
      'a field with a line break',
      { Content: { Simple: { ...simple().Content.Simple, Headers: [{ Name: 'X-A', Value: 'a\r\nX-B: b' }] } } },
    ],
    [
      'sixteen fields',
      {
        Content: {
          Simple: {
            ...simple().Content.Simple,
            Headers: Array.from({ length: 16 }, (_, index) => ({ Name: `X-${index}`, Value: 'a' })),
          },
        },
      },
    ],
  ])('is refused, and nothing arrives: %s', async (_, change) => {
    const { name, status } = await failureOf(send({ ...simple(), ...change }))
    expect(['BadRequestException', 'ValidationException']).toContain(name)
    expect(status).toBe(400)
    expect(arrived()).toEqual([])
  })

  it('is not emulated and said so: lists that people subscribe to', async () => {
    const failure = await failureOf(send({ ...simple(), ListManagementOptions: { ContactListName: 'news' } }))
    expect(failure.message).toContain('the member ListManagementOptions of SendEmail is not emulated')
  })
})

describe('many mails in one call', () => {
  it('each have their own data, and fail alone', async () => {
    const { BulkEmailEntryResults } = await on.client.send(
      new SendBulkEmailCommand({
        FromEmailAddress: 'orders@example.com',
        DefaultContent: {
          Template: {
            TemplateContent: { Subject: 'Order {{id}}', Text: 'Hello {{name}}' },
            TemplateData: '{"name":"you"}',
          },
        },
        BulkEmailEntries: [
          {
            Destination: { ToAddresses: ['a@example.org'] },
            ReplacementEmailContent: { ReplacementTemplate: { ReplacementTemplateData: '{"id":1,"name":"Ann"}' } },
          },
          { Destination: {} },
          {
            Destination: { ToAddresses: ['b@example.org'] },
            ReplacementEmailContent: { ReplacementTemplate: { ReplacementTemplateData: '{"id":2}' } },
          },
        ],
      }),
    )
    expect(BulkEmailEntryResults?.map(({ Status }) => Status)).toEqual(['SUCCESS', 'INVALID_PARAMETER', 'SUCCESS'])
    const bodies = await Promise.all(arrived().map(async ({ id }) => on.mail.inbox.read(id)))
    expect(bodies.map(({ subject, text }) => [subject, text?.trim()])).toEqual([
      ['Order 1', 'Hello Ann'],
      ['Order 2', 'Hello you'],
    ])
  })

  it('each have the header fields of all, but for those of their own', async () => {
    const entry = { ReplacementEmailContent: { ReplacementTemplate: { ReplacementTemplateData: '{}' } } }
    await on.client.send(
      new SendBulkEmailCommand({
        FromEmailAddress: 'orders@example.com',
        DefaultContent: {
          Template: {
            TemplateContent: { Subject: 's', Text: 't' },
            TemplateData: '{}',
            Headers: [
              { Name: 'X-Kind', Value: 'bill' },
              { Name: 'X-Order-Id', Value: 'none' },
            ],
          },
        },
        BulkEmailEntries: [
          { ...entry, Destination: { ToAddresses: ['a@example.org'] } },
          {
            ...entry,
            Destination: { ToAddresses: ['b@example.org'] },
            ReplacementHeaders: [{ Name: 'x-order-id', Value: '17' }],
          },
        ],
      }),
    )
    const messages = await Promise.all(arrived().map(({ id }) => on.mail.inbox.read(id)))
    const own = messages.map(({ headers }) => headers.filter(({ name }) => /^x-/i.test(name)))
    expect(own).toEqual([
      [
        { name: 'X-Kind', value: 'bill' },
        { name: 'X-Order-Id', value: 'none' },
      ],
      [
        { name: 'X-Kind', value: 'bill' },
        { name: 'x-order-id', value: '17' },
      ],
    ])
  })

  it('go on when one has an address or data that are none, in their order', async () => {
    const { BulkEmailEntryResults = [] } = await on.client.send(
      bulk([
        { to: 'first@example.org', data: '{"text":"1"}' },
        { to: 'not an address', data: '{"text":"2"}' },
        { to: 'third@example.org', data: 'none' },
        { to: 'fourth@example.org', data: '{"text":"4"}' },
      ]),
    )
    const statuses = BulkEmailEntryResults.map(({ Status }) => Status)
    expect(statuses).toEqual(['SUCCESS', 'INVALID_PARAMETER', 'INVALID_PARAMETER', 'SUCCESS'])
    expect(arrived().map(({ to, messageId }) => [...to, messageId])).toEqual([
      ['first@example.org', BulkEmailEntryResults[0]?.MessageId],
      ['fourth@example.org', BulkEmailEntryResults[3]?.MessageId],
    ])
  })

  it('say what they are given as it is, with three braces', async () => {
    const text = '<b>"Ann" & {{text}}</b>'
    await on.client.send(bulk([{ to: 'a@example.org', data: JSON.stringify({ text }) }]))
    expect((await on.newest()).text?.trim()).toBe(text)
  })

  it('are refused together while SES refuses to send', async () => {
    const end = on.mail.faults.start('throttle')
    const failure = await failureOf(on.client.send(bulk([{ to: 'a@example.org', data: '{"text":"1"}' }])))
    end()
    expect(failure.name).toBe('TooManyRequestsException')
    expect(arrived()).toEqual([])
  })

  it('are fifty at most', async () => {
    const entry = { Destination: { ToAddresses: ['a@example.org'] } }
    const failure = await failureOf(
      on.client.send(
        new SendBulkEmailCommand({
          FromEmailAddress: 'orders@example.com',
          DefaultContent: { Template: { TemplateContent: { Subject: 's', Text: 't' } } },
          BulkEmailEntries: Array.from({ length: 51 }, () => entry),
        }),
      ),
    )
    expect(failure).toMatchObject({ name: 'BadRequestException', message: 'Destination count exceeds 50.' })
  })
})
