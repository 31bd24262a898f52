import type { Operation } from '../../../gateway/api.ts'
import { operation } from '../../../gateway/api.ts'
import { AwsError } from '../../../gateway/errors.ts'
import type { Access } from '../../../identity/authorizer.ts'
import { BadRequestException } from '../errors.ts'
import { MOST_RECIPIENTS } from '../limits.ts'
import { type Outgoing, recipientsOf } from '../mailer.ts'
import type { Ses } from '../ses.ts'
import { destinationsOf, envelopeOf, headersOf, outgoingOf, tagsOf, templateContent } from './outgoing.ts'
import { type SendBulkInput, sendBulkInput, sendEmailInput } from './sending-shapes.ts'

/** Sending, one message or many. */
export const sending = (ses: Ses): readonly Operation[] => [
  operation({
    name: 'SendEmail',
    route: 'POST /v2/email/outbound-emails',
    input: sendEmailInput,
    authorize: input =>
      permissionsFor(outgoingOf(input, ses.templates), actionFor(input.Content.Raw !== undefined), ses),
    run: async input => ({ MessageId: await ses.mailer.send(outgoingOf(input, ses.templates)) }),
  }),
  operation({
    name: 'SendBulkEmail',
    route: 'POST /v2/email/outbound-bulk-emails',
    input: sendBulkInput,
    authorize: input => bulkOf(input, ses).flatMap(mail => permissionsFor(mail, 'ses:SendBulkEmail', ses)),
    async run(input) {
      const results = []
      for (const mail of bulkOf(input, ses)) results.push(await resultOf(() => ses.mailer.send(mail)))
      return { BulkEmailEntryResults: results }
    },
  }),
]

/**
 * Raw messages need another permission than the rest, also in version 2 of the API, where the Service Authorization Reference
 * doesn't say so. Source: answers of AWS that users report ("not authorized to perform ses:SendRawEmail").
 */
const actionFor = (raw: boolean): string => (raw ? 'ses:SendRawEmail' : 'ses:SendEmail')

/**
 * What a message needs: to send from its identity, by its configuration set, and with its template.
 * @see Service Authorization Reference "Actions, resources, and condition keys for Amazon Simple Email Service v2"
 */
export function permissionsFor(mail: Outgoing, action: string, ses: Ses, version = '2'): readonly Access[] {
  const { from, returnPath, configurationSet, content } = mail
  const identity = ses.identities.coveringOf(from.address)
  const context = {
    'ses:ApiVersion': version,
    'ses:FromAddress': from.address,
    'ses:Recipients': recipientsOf(mail),
    ...(from.name === '' ? {} : { 'ses:FromDisplayName': from.name }),
    ...(returnPath === undefined ? {} : { 'ses:FeedbackAddress': returnPath.address }),
  }
  const resources = [
    ...(configurationSet === undefined ? [] : [ses.configurationSets.arnOf(configurationSet)]),
    ...(content.kind === 'template' && content.name !== '' ? [ses.templateArn(content.name)] : []),
  ]
  return [
    {
      action,
      resource: ses.identities.arnOf(identity?.name ?? from.address),
      resourcePolicy: identity && ses.identities.policyOf(identity),
      context,
    },
    ...resources.map(resource => ({ action, resource, context })),
  ]
}

/** Each entry as a message of its own. @throws BadRequestException, NotFoundException */
function bulkOf(input: SendBulkInput, ses: Ses): readonly Outgoing[] {
  const { BulkEmailEntries, DefaultContent, DefaultEmailTags, ...sender } = input
  if (BulkEmailEntries.length > MOST_RECIPIENTS) {
    throw new BadRequestException(`Destination count exceeds ${MOST_RECIPIENTS}.`)
  }
  return BulkEmailEntries.map(entry => {
    const { ReplacementTemplateData } = entry.ReplacementEmailContent?.ReplacementTemplate ?? {}
    const common = templateContent(DefaultContent.Template, ses.templates)
    const own = templateContent({ ...DefaultContent.Template, TemplateData: ReplacementTemplateData }, ses.templates)
    return {
      ...envelopeOf({ ...sender, EmailTags: DefaultEmailTags }),
      ...destinationsOf(entry.Destination),
      tags: { ...tagsOf(DefaultEmailTags), ...tagsOf(entry.ReplacementTags) },
      content: {
        ...common,
        data: { ...common.data, ...own.data },
        headers: entry.ReplacementHeaders ? headersOf(entry.ReplacementHeaders) : common.headers,
      },
    }
  })
}

/** How one entry came out: the others go on whatever happens to it. */
async function resultOf(send: () => Promise<string>) {
  try {
    return { Status: 'SUCCESS', MessageId: await send() }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return { Status: STATUSES[error.queryCode] ?? STATUSES[error.code] ?? 'FAILED', Error: error.message }
  }
}

/** Codes of errors → statuses of entries. @see Amazon SES API v2 Reference "BulkEmailEntryResult" */
const STATUSES: Readonly<Record<string, string>> = {
  MessageRejected: 'MESSAGE_REJECTED',
  ConfigurationSetDoesNotExist: 'CONFIGURATION_SET_NOT_FOUND',
  ConfigurationSetSendingPausedException: 'CONFIGURATION_SET_SENDING_PAUSED',
  AccountSendingPausedException: 'ACCOUNT_SENDING_PAUSED',
  LimitExceededException: 'ACCOUNT_DAILY_QUOTA_EXCEEDED',
  TooManyRequestsException: 'ACCOUNT_THROTTLED',
  ServiceUnavailableException: 'TRANSIENT_FAILURE',
  BadRequestException: 'INVALID_PARAMETER',
}
