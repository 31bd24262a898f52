import { z } from 'zod'
import { onlyOne, shape } from '../../../gateway/api.ts'
import { LONGEST_HEADER_NAME, LONGEST_HEADER_VALUE, LONGEST_TEMPLATE_DATA, MOST_HEADERS, MOST_TAGS } from '../limits.ts'
import { addressText, identityArn } from './shapes.ts'

const addressList = z.array(addressText).optional()

const text = z.strictObject({
  Data: z.string(),
  Charset: onlyOne('UTF-8', ['utf-8', 'US-ASCII', 'ISO-8859-1', 'Shift_JIS'], 'any other character set than UTF-8'),
})

const header = z.strictObject({
  Name: z
    .string()
    .min(1)
    .max(LONGEST_HEADER_NAME)
    .regex(/^[!-9;-@A-~]+$/),
  Value: z
    .string()
    .min(1)
    .max(LONGEST_HEADER_VALUE)
    .regex(/^[ -~]*$/),
})

const headerList = z.array(header).max(MOST_HEADERS)

const attachment = z.strictObject({
  RawContent: z.base64(),
  FileName: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^\p{Cc}]*$/u, 'must have no control characters'),
  ContentType: z
    .string()
    .min(1)
    .max(78)
    .regex(/^[^\p{Cc}]*$/u, 'must have no control characters')
    .optional(),
  ContentId: z
    .string()
    .min(1)
    .max(78)
    .regex(/^[!-~]+$/)
    .optional(),
  ContentDisposition: z.enum(['ATTACHMENT', 'INLINE']).optional(),
})

const attachmentList = z.array(attachment).max(500)

const templateParts = z.strictObject({
  Subject: z.string().optional(),
  Text: z.string().optional(),
  Html: z.string().optional(),
})

export const templateMember = z.strictObject({
  TemplateName: z.string().min(1).optional(),
  TemplateArn: z.string().optional(),
  TemplateContent: templateParts.optional(),
  TemplateData: z.string().max(LONGEST_TEMPLATE_DATA).optional(),
  Headers: headerList.optional(),
  Attachments: attachmentList.optional(),
})

const destination = z.strictObject({ ToAddresses: addressList, CcAddresses: addressList, BccAddresses: addressList })

const messageTags = z
  .array(
    z.strictObject({
      Name: z.string().regex(/^[A-Za-z0-9_-]{1,256}$/),
      Value: z.string().regex(/^[A-Za-z0-9_.@-]{1,256}$/),
    }),
  )
  .max(MOST_TAGS)

const senderMembers = {
  FromEmailAddress: addressText.optional(),
  FromEmailAddressIdentityArn: identityArn(),
  ReplyToAddresses: addressList,
  FeedbackForwardingEmailAddress: addressText.optional(),
  FeedbackForwardingEmailAddressIdentityArn: identityArn(),
  ConfigurationSetName: z.string().min(1).optional(),
}

/** Input of `SendEmail`. */
export const sendEmailInput = shape({
  ...senderMembers,
  Destination: destination.optional(),
  EmailTags: messageTags.optional(),
  Content: z.strictObject({
    Simple: z
      .strictObject({
        Subject: text,
        Body: z.strictObject({ Text: text.optional(), Html: text.optional() }),
        Headers: headerList.optional(),
        Attachments: attachmentList.optional(),
      })
      .optional(),
    Raw: z.strictObject({ Data: z.base64() }).optional(),
    Template: templateMember.optional(),
  }),
})

const bulkEntry = z.strictObject({
  Destination: destination,
  ReplacementTags: messageTags.optional(),
  ReplacementHeaders: headerList.optional(),
  ReplacementEmailContent: z
    .strictObject({
      ReplacementTemplate: z
        .strictObject({ ReplacementTemplateData: z.string().max(LONGEST_TEMPLATE_DATA).optional() })
        .optional(),
    })
    .optional(),
})

/** Input of `SendBulkEmail`. */
export const sendBulkInput = shape({
  ...senderMembers,
  DefaultEmailTags: messageTags.optional(),
  DefaultContent: z.strictObject({ Template: templateMember }),
  BulkEmailEntries: z.array(bulkEntry).min(1),
})

export type SendEmailInput = z.output<typeof sendEmailInput>
export type SendBulkInput = z.output<typeof sendBulkInput>
export type BulkEntry = z.output<typeof bulkEntry>
export type TemplateMember = z.output<typeof templateMember>
export type DestinationMember = z.output<typeof destination>
export type TagsMember = z.output<typeof messageTags>
export type HeadersMember = z.output<typeof headerList>
export type AttachmentsMember = z.output<typeof attachmentList>
