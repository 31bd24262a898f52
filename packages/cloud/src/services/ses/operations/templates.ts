import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { BadRequestException } from '../errors.ts'
import { LARGEST_TEMPLATE_PAGE, LONGEST_TEMPLATE_DATA, TEMPLATE_PAGE } from '../limits.ts'
import { readTemplateData, render, type TemplateContent } from '../rendering.ts'
import type { Ses } from '../ses.ts'
import { pageMembers, pageSize, resourceName } from './shapes.ts'

const content = z.strictObject({
  Subject: z.string().optional(),
  Text: z.string().optional(),
  Html: z.string().optional(),
})

/** Templates of mails. */
export function templateOperations({ templates, templateArn }: Ses): readonly Operation[] {
  const on = (action: string, name: string) => ({ action: `ses:${action}`, resource: templateArn(name) })
  const whole = shape({ TemplateName: resourceName, TemplateContent: content })
  const named = shape({ TemplateName: resourceName })
  return [
    operation({
      name: 'CreateEmailTemplate',
      route: 'POST /v2/email/templates',
      input: whole,
      authorize: ({ TemplateName }) => on('CreateEmailTemplate', TemplateName),
      async run({ TemplateName, TemplateContent }) {
        await templates.create(TemplateName, contentOf(TemplateContent))
        return {}
      },
    }),
    operation({
      name: 'UpdateEmailTemplate',
      route: 'PUT /v2/email/templates/{TemplateName}',
      input: whole,
      authorize: ({ TemplateName }) => on('UpdateEmailTemplate', TemplateName),
      async run({ TemplateName, TemplateContent }) {
        await templates.update(TemplateName, contentOf(TemplateContent))
        return {}
      },
    }),
    operation({
      name: 'GetEmailTemplate',
      route: 'GET /v2/email/templates/{TemplateName}',
      input: named,
      authorize: ({ TemplateName }) => on('GetEmailTemplate', TemplateName),
      run({ TemplateName }) {
        const { subject, text, html } = templates.get(TemplateName)
        return { TemplateName, TemplateContent: { Subject: subject, Text: text, Html: html } }
      },
    }),
    operation({
      name: 'ListEmailTemplates',
      route: 'GET /v2/email/templates',
      input: shape(pageMembers),
      authorize: () => ({ action: 'ses:ListEmailTemplates', resource: '*' }),
      run({ PageSize, NextToken }) {
        const page = templates.list(pageSize(PageSize, LARGEST_TEMPLATE_PAGE, TEMPLATE_PAGE), NextToken)
        const rows = page.rows.map(({ name, created }) => ({
          TemplateName: name,
          CreatedTimestamp: timestamp(created),
        }))
        return { TemplatesMetadata: rows, NextToken: page.next }
      },
    }),
    operation({
      name: 'DeleteEmailTemplate',
      route: 'DELETE /v2/email/templates/{TemplateName}',
      input: named,
      authorize: ({ TemplateName }) => on('DeleteEmailTemplate', TemplateName),
      run({ TemplateName }) {
        templates.delete(TemplateName)
        return {}
      },
    }),
    operation({
      name: 'TestRenderEmailTemplate',
      route: 'POST /v2/email/templates/{TemplateName}/render',
      input: shape({ TemplateName: resourceName, TemplateData: z.string().max(LONGEST_TEMPLATE_DATA) }),
      authorize: ({ TemplateName }) => on('TestRenderEmailTemplate', TemplateName),
      async run({ TemplateName, TemplateData }) {
        const rendered = await render(templates.get(TemplateName), readTemplateData(TemplateData))
        if (rendered.kind === 'failed') throw new BadRequestException(rendered.because)
        return { RenderedTemplate: asMessage(rendered.content) }
      },
    }),
  ]
}

/** @throws BadRequestException without a subject, or without any body */
function contentOf({ Subject, Text, Html }: z.output<typeof content>): TemplateContent {
  if (!Subject) throw new BadRequestException('The template has no subject.')
  if (!Text && !Html) throw new BadRequestException('The template needs a text part or an HTML part.')
  return { subject: Subject, text: Text, html: Html }
}

/** Head and bodies, as the answer shows them. differs: without boundaries and encodings, which say nothing here */
const asMessage = ({ subject, text, html }: TemplateContent): string =>
  [`Subject: ${subject}`, 'MIME-Version: 1.0', '', ...[text, html].filter(part => part !== undefined)].join('\r\n')
