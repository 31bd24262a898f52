import { type Mailbox, readAddress } from '../addresses.ts'
import type { Attachment } from '../composing.ts'
import { BadRequestException } from '../errors.ts'
import { LONGEST_MESSAGE } from '../limits.ts'
import type { Content, Outgoing } from '../mailer.ts'
import { addressesIn, fieldOf, type RawMessage, readRaw } from '../raw-message.ts'
import { readTemplateData, type TemplateContent } from '../rendering.ts'
import type { Templates } from '../templates.ts'
import type {
  AttachmentsMember,
  DestinationMember,
  SendEmailInput,
  TagsMember,
  TemplateMember,
} from './sending-shapes.ts'

/** What an operation of sending asks for, read. @throws BadRequestException, NotFoundException */
export function outgoingOf(input: SendEmailInput, templates: Templates): Outgoing {
  const { Simple, Raw, Template } = input.Content
  if ([Simple, Raw, Template].filter(part => part !== undefined).length !== 1) {
    throw new BadRequestException('Exactly one of Simple, Raw and Template must be specified as the content.')
  }
  if (Raw) return rawOutgoing(input, readRaw(Buffer.from(Raw.Data, 'base64')))
  return { ...envelopeOf(input), content: Simple ? simpleContent(Simple) : templateContent(Template ?? {}, templates) }
}

/** What is the same whatever the content is. @throws BadRequestException */
export function envelopeOf(input: Omit<SendEmailInput, 'Content'>): Omit<Outgoing, 'content'> {
  if (input.FromEmailAddress === undefined) throw new BadRequestException('FromEmailAddress is required.')
  return {
    from: readAddress(input.FromEmailAddress),
    ...destinationsOf(input.Destination),
    replyTo: (input.ReplyToAddresses ?? []).map(readAddress),
    returnPath: returnPathOf(input.FeedbackForwardingEmailAddress),
    configurationSet: input.ConfigurationSetName,
    tags: tagsOf(input.EmailTags),
    longest: LONGEST_MESSAGE,
  }
}

/** Who gets it. @throws BadRequestException */
export function destinationsOf(destination: DestinationMember = {}): Pick<Outgoing, 'to' | 'cc' | 'bcc'> {
  const read = (list: readonly string[] = []) => list.map(readAddress)
  return {
    to: read(destination.ToAddresses),
    cc: read(destination.CcAddresses),
    bcc: read(destination.BccAddresses),
  }
}

export const tagsOf = (tags: TagsMember = []): Outgoing['tags'] =>
  Object.fromEntries(tags.map(({ Name, Value }) => [Name, [Value]]))

/** A template by name, by ARN, or brought along. @throws BadRequestException, NotFoundException */
export function templateContent(member: TemplateMember, templates: Templates): Content & { readonly kind: 'template' } {
  const { TemplateName, TemplateArn, TemplateContent } = member
  const name = TemplateName ?? TemplateArn?.split(':template/')[1]
  if ((name === undefined) === (TemplateContent === undefined)) {
    throw new BadRequestException('Either a template name or ARN, or template content, must be specified.')
  }
  return {
    kind: 'template',
    name: name ?? '',
    template: name === undefined ? partsOf(TemplateContent) : templates.get(name),
    data: readTemplateData(member.TemplateData),
    headers: headersOf(member.Headers),
    attachments: attachmentsOf(member.Attachments),
  }
}

/** A message that its caller has put together: what the call doesn't say is read from its head. */
export function rawOutgoing(input: Omit<SendEmailInput, 'Content'>, message: RawMessage): Outgoing {
  const from = input.FromEmailAddress ?? fieldOf(message, 'from')
  if (from === undefined) throw new BadRequestException("Missing required header 'From'.")
  const set = input.ConfigurationSetName ?? fieldOf(message, 'x-ses-configuration-set')
  const { to, cc, bcc } = destinationsOf(input.Destination)
  const inCall = [...to, ...cc, ...bcc].length > 0
  const inHead = (name: string): readonly Mailbox[] => (inCall ? [] : addressesIn(message, name))
  return {
    ...envelopeOf({ ...input, FromEmailAddress: from, ConfigurationSetName: set }),
    to: inCall ? to : inHead('to'),
    cc: inCall ? cc : inHead('cc'),
    bcc: inCall ? bcc : inHead('bcc'),
    tags: { ...tagsInHead(fieldOf(message, 'x-ses-message-tags')), ...tagsOf(input.EmailTags) },
    content: { kind: 'raw', message },
  }
}

/** `order=17, kind=bill` @see Amazon SES Developer Guide "Send email using Amazon SES event publishing" */
const tagsInHead = (field = ''): Outgoing['tags'] =>
  Object.fromEntries(
    [...field.matchAll(/([\w-]+)\s*=\s*([\w.@-]+)/g)].map(([, name = '', value = '']) => [name, [value]]),
  )

function simpleContent(simple: NonNullable<SendEmailInput['Content']['Simple']>): Content {
  const { Subject, Body, Headers, Attachments } = simple
  if (!Body.Text && !Body.Html) throw new BadRequestException('The body needs a text part or an HTML part.')
  return {
    kind: 'simple',
    content: { subject: Subject.Data, text: Body.Text?.Data, html: Body.Html?.Data },
    headers: headersOf(Headers),
    attachments: attachmentsOf(Attachments),
  }
}

const partsOf = (parts: TemplateMember['TemplateContent'] = {}): TemplateContent => ({
  subject: parts.Subject ?? '',
  text: parts.Text,
  html: parts.Html,
})

export const headersOf = (headers: TemplateMember['Headers'] = []) =>
  headers.map(({ Name, Value }) => ({ name: Name, value: Value }))

const attachmentsOf = (attachments: AttachmentsMember = []): readonly Attachment[] =>
  attachments.map(({ RawContent, FileName, ContentType, ContentId, ContentDisposition }) => ({
    content: Buffer.from(RawContent, 'base64'),
    fileName: FileName,
    contentType: ContentType,
    contentId: ContentId,
    disposition: ContentDisposition === 'INLINE' ? 'inline' : 'attachment',
  }))

const returnPathOf = (text: string | undefined): Mailbox | undefined =>
  text === undefined ? undefined : readAddress(text)
