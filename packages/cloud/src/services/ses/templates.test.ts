import {
  CreateConfigurationSetCommand,
  CreateConfigurationSetEventDestinationCommand,
  CreateEmailTemplateCommand,
  DeleteEmailTemplateCommand,
  GetEmailTemplateCommand,
  ListEmailTemplatesCommand,
  SendEmailCommand,
  TestRenderEmailTemplateCommand,
  UpdateEmailTemplateCommand,
} from '@aws-sdk/client-sesv2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { LARGEST_TEMPLATE } from './limits.ts'
import { START, startMail, type TestMail, testIdentity } from './testing.ts'

let on: TestMail
beforeEach(async () => {
  const declared = testNode('emailTemplate', 'shipped', {
    name: 'shipped',
    subject: 'Order {{order.id}}',
    text: 'On its way:{{#each items}} {{this.name}}{{/each}}{{#if gift}}, as a gift{{/if}}',
  })
  on = await startMail([testIdentity('example.com'), declared])
})
afterEach(() => on[Symbol.asyncDispose]())

const create = (TemplateName: string, Subject = 'Hi {{name}}', Text = 'Dear {{name}}') =>
  on.client.send(new CreateEmailTemplateCommand({ TemplateName, TemplateContent: { Subject, Text } }))
const render = (TemplateName: string, data: unknown) =>
  on.client.send(new TestRenderEmailTemplateCommand({ TemplateName, TemplateData: JSON.stringify(data) }))
const send = (TemplateName: string, TemplateData: string) =>
  on.client.send(
    new SendEmailCommand({
      FromEmailAddress: 'orders@example.com',
      Destination: { ToAddresses: ['reader@example.org'] },
      ConfigurationSetName: undefined,
      Content: { Template: { TemplateName, TemplateData } },
    }),
  )

describe('templates', () => {
  it('are made, changed, listed with those of the template, and deleted', async () => {
    await create('welcome')
    expect(await failureOf(create('welcome'))).toMatchObject({ name: 'AlreadyExistsException' })
    const TemplateContent = { Subject: 'Hello', Html: '<b>{{name}}</b>' }
    await on.client.send(new UpdateEmailTemplateCommand({ TemplateName: 'welcome', TemplateContent }))
    const get = () => on.client.send(new GetEmailTemplateCommand({ TemplateName: 'welcome' }))
    expect(await get()).toMatchObject({ TemplateName: 'welcome', TemplateContent })
    const { TemplatesMetadata } = await on.client.send(new ListEmailTemplatesCommand({}))
    expect(TemplatesMetadata).toEqual([
      { TemplateName: 'shipped', CreatedTimestamp: new Date(START) },
      { TemplateName: 'welcome', CreatedTimestamp: new Date(START) },
    ])
    await on.client.send(new DeleteEmailTemplateCommand({ TemplateName: 'welcome' }))
    expect(await failureOf(get())).toMatchObject({
      name: 'NotFoundException',
      message: 'Template <welcome> does not exist.',
    })
  })

  it('are filled with data, loops and conditions too, and nothing in them is escaped', async () => {
    const data = { order: { id: 17 }, items: [{ name: 'Mug' }, { name: '<Bag>' }], gift: true }
    expect((await render('shipped', data)).RenderedTemplate).toMatch(
      /^Subject: Order 17\r\n[\s\S]*On its way: Mug <Bag>, as a gift$/,
    )
    expect((await render('shipped', { order: { id: 1 }, items: [] })).RenderedTemplate).toMatch(/On its way:$/)
  })

  it('say which data is missing', async () => {
    await create('welcome')
    expect(await failureOf(render('welcome', {}))).toMatchObject({
      name: 'BadRequestException',
      status: 400,
      message: "Attribute 'name' is not present in the rendering data.",
    })
  })

  it.each<[string, string, string]>([
    ['an open placeholder', 'Hi {{name', 'x'],
    ['a block without its end', 'Hi', '{{#if a}}x'],
    ['too many bytes', 'Hi', 'x'.repeat(LARGEST_TEMPLATE)],
    ['no subject', '', 'x'],
    ['no body', 'Hi', ''],
  ])('are refused with %s', async (_, subject, text) => {
    expect((await failureOf(create('broken', subject, text))).name).toBe('BadRequestException')
  })

  it.each(['{{constructor}}', '{{__proto__}}', '{{toString}}', '{{log name}}', '{{lookup this "constructor"}}'])(
    'reach nothing but their data: %s',
    async text => {
      await create('curious', 'Hi', text)
      const rendered = await render('curious', { name: 'x' }).then(
        answer => answer.RenderedTemplate,
        () => 'refused',
      )
      expect(rendered).toMatch(/^refused$|\r\n\r\n$/)
    },
  )
})

describe('a mail with a template', () => {
  it('arrives filled in', async () => {
    await create('welcome')
    await send('welcome', '{"name":"Ann"}')
    expect(await on.newest()).toMatchObject({ subject: 'Hi Ann', text: expect.stringContaining('Dear Ann') })
  })

  it('whose data would end the line of its subject stays one line', async () => {
    await create('welcome')
    await send('welcome', JSON.stringify({ name: 'Ann\r\nBcc: x@example.org' }))
    const message = await on.newest()
    expect(message.subject).toBe('Hi Ann Bcc: x@example.org')
    expect(message.headers.map(({ name }) => name.toLowerCase())).not.toContain('bcc')
  })

  it('without its data is accepted, not sent, and told by event, metric and journal', async () => {
    await create('welcome')
    const events: unknown[] = []
    on.cloud.world.deliveries.register('sns', ({ body }) => void events.push(JSON.parse(body)))
    const ConfigurationSetName = 'orders'
    await on.client.send(new CreateConfigurationSetCommand({ ConfigurationSetName }))
    await on.client.send(
      new CreateConfigurationSetEventDestinationCommand({
        ConfigurationSetName,
        EventDestinationName: 'failures',
        EventDestination: {
          Enabled: true,
          MatchingEventTypes: ['RENDERING_FAILURE'],
          SnsDestination: { TopicArn: 'arn:aws:sns:us-east-1:123456789012:mail' },
        },
      }),
    )
    const { MessageId } = await on.client.send(
      new SendEmailCommand({
        FromEmailAddress: 'orders@example.com',
        Destination: { ToAddresses: ['reader@example.org'] },
        ConfigurationSetName,
        Content: { Template: { TemplateName: 'welcome', TemplateData: '{}' } },
      }),
    )
    const errorMessage = "Attribute 'name' is not present in the rendering data."
    expect(events).toMatchObject([
      {
        eventType: 'Rendering Failure',
        mail: { messageId: MessageId },
        failure: { errorMessage, templateName: 'welcome' },
      },
    ])
    expect(on.mail.inbox.list()).toEqual([])
    expect([on.metric('RenderingFailure'), on.metric('Send')]).toEqual([1, 0])
    expect(on.said('ses.renderingFailed')).toEqual([expect.stringContaining(errorMessage)])
  })

  it.each([
    ['that is not there', 'nowhere', '{}', 'NotFoundException'],
    ['and data that is no JSON', 'shipped', '{', 'BadRequestException'],
    ['and data that is a list', 'shipped', '[]', 'BadRequestException'],
  ])('%s is refused', async (_, name, data, code) => {
    expect((await failureOf(send(name, data))).name).toBe(code)
  })
})
