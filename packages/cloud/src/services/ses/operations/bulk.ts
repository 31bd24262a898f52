import { type Operation, operation } from '../../../gateway/api.ts'
import { AwsError } from '../../../gateway/errors.ts'
import type { Header } from '../composing.ts'
import { BadRequestException } from '../errors.ts'
import { MOST_RECIPIENTS } from '../limits.ts'
import type { Content, Outgoing } from '../mailer.ts'
import { readTemplateData } from '../rendering.ts'
import type { Ses } from '../ses.ts'
import { destinationsOf, envelopeOf, headersOf, tagsOf, templateContent } from './outgoing.ts'
import { permissionsFor } from './permissions.ts'
import { type BulkEntry, type SendBulkInput, sendBulkInput } from './sending-shapes.ts'

/** Sending one template to many, each with its own data. */
export const bulkSending = (ses: Ses): readonly Operation[] => [
  operation({
    name: 'SendBulkEmail',
    route: 'POST /v2/email/outbound-bulk-emails',
    input: sendBulkInput,
    authorize: input => permissionsFor(wholeOf(input, ses), 'ses:SendBulkEmail', ses),
    async run(input) {
      ses.faults.check()
      const common = commonOf(input, ses)
      const read = input.BulkEmailEntries.map(entry => attempt(() => entryOf(entry, common)))
      const sent = await ses.mailer.sendAll(read.flatMap(each => (each.status === 'fulfilled' ? [each.value] : [])))
      const results = sent.values()
      return {
        BulkEmailEntryResults: read.map(each => resultOf(each.status === 'fulfilled' ? results.next().value : each)),
      }
    },
  }),
]

/** What all entries have in common. */
type Common = Omit<Outgoing, 'content'> & { readonly content: TemplateMail }

type TemplateMail = Content & { readonly kind: 'template' }

/** @throws BadRequestException, NotFoundException */
function commonOf({ BulkEmailEntries, DefaultContent, DefaultEmailTags, ...sender }: SendBulkInput, ses: Ses): Common {
  if (BulkEmailEntries.length > MOST_RECIPIENTS) {
    throw new BadRequestException(`Destination count exceeds ${MOST_RECIPIENTS}.`)
  }
  const content = templateContent(DefaultContent.Template, ses.templates)
  return { ...envelopeOf({ ...sender, EmailTags: DefaultEmailTags }), content }
}

/** The call as one message to everybody: it is permitted as a whole. Addresses that are none are left to their entry. */
function wholeOf(input: SendBulkInput, ses: Ses): Outgoing {
  const to = input.BulkEmailEntries.flatMap(({ Destination }) => {
    const read = attempt(() => destinationsOf(Destination))
    return read.status === 'fulfilled' ? Object.values(read.value).flat() : []
  })
  return { ...commonOf(input, ses), to }
}

/** One entry as a message of its own. @throws BadRequestException */
function entryOf(entry: BulkEntry, { content, tags, ...common }: Common): Outgoing {
  const { ReplacementTemplateData } = entry.ReplacementEmailContent?.ReplacementTemplate ?? {}
  return {
    ...common,
    ...destinationsOf(entry.Destination),
    tags: { ...tags, ...tagsOf(entry.ReplacementTags) },
    content: {
      ...content,
      data: { ...content.data, ...readTemplateData(ReplacementTemplateData) },
      headers: replaced(content.headers, headersOf(entry.ReplacementHeaders)),
    },
  }
}

/** The header fields of the template, but for those that the entry has too. API v2 Reference "BulkEmailEntry". */
function replaced(common: readonly Header[], own: readonly Header[]): readonly Header[] {
  const names = new Set(own.map(({ name }) => name.toLowerCase()))
  return [...common.filter(({ name }) => !names.has(name.toLowerCase())), ...own]
}

function attempt<Value>(read: () => Value): PromiseSettledResult<Value> {
  try {
    return { status: 'fulfilled', value: read() }
  } catch (reason) {
    return { status: 'rejected', reason }
  }
}

/** How one entry came out: the others go on whatever happens to it. */
function resultOf(result: PromiseSettledResult<string> | undefined) {
  if (result?.status === 'fulfilled') return { Status: 'SUCCESS', MessageId: result.value }
  const error: unknown = result?.reason
  if (!(error instanceof AwsError)) throw error
  return { Status: STATUSES[error.queryCode] ?? STATUSES[error.code] ?? 'FAILED', Error: error.message }
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
