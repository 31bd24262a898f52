import type { Instant } from '@terrace/kit'
import type { Mailbox } from './addresses.ts'
import { hasControlCharacters } from './addresses.ts'
import { BadRequestException } from './errors.ts'
import { mimeWriter } from './mime-writer.ts'
import type { TemplateContent } from './rendering.ts'

/** A file that goes with a message. */
export interface Attachment {
  readonly content: Buffer
  readonly fileName: string
  readonly contentType?: string | undefined
  readonly contentId?: string | undefined
  readonly disposition: 'attachment' | 'inline'
}

export interface Header {
  readonly name: string
  readonly value: string
}

/** What a message is put together from. */
export interface Draft {
  readonly from: Mailbox
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  readonly replyTo: readonly Mailbox[]
  readonly content: TemplateContent
  readonly headers: readonly Header[]
  readonly attachments: readonly Attachment[]
}

/** What SES itself puts on every message. */
export interface Stamp {
  /** With its angle brackets. */
  readonly messageId: string
  readonly at: Instant
}

// Loaded with the first mail; asking for it each time would cost as much as the mail's own headers.
let composer: Promise<typeof import('nodemailer/lib/mail-composer')> | undefined
let writer: ReturnType<typeof mimeWriter> | undefined

/** Puts a message together as its recipients get it: nobody in Bcc is in it. */
export async function compose(draft: Draft, { messageId, at }: Stamp): Promise<Buffer> {
  composer ??= import('nodemailer/lib/mail-composer')
  writer ??= mimeWriter()
  const [{ default: MailComposer }, write] = await Promise.all([composer, writer])
  const { subject, text, html } = draft.content
  const spelled = new Map(draft.headers.map(({ name }) => [name.toLowerCase(), name]))
  const message = new MailComposer({
    from: draft.from,
    to: [...draft.to],
    cc: [...draft.cc],
    replyTo: [...draft.replyTo],
    subject,
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    headers: draft.headers.map(({ name, value }) => ({ key: name, value })),
    normalizeHeaderKey: (name: string) => spelled.get(name.toLowerCase()) ?? usualSpelling(name),
    messageId,
    date: new Date(at),
    attachments: draft.attachments.map(({ content, fileName, contentType, contentId, disposition }) => ({
      content,
      filename: fileName,
      contentType,
      cid: contentId,
      contentDisposition: disposition,
    })),
    // Nothing that a caller writes is a path on this machine, or an address to fetch from.
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile()
  return draft.attachments.length === 0 ? write(message) : await message.build()
}

/** `reply-to` as `Reply-To`, `message-id` as `Message-ID`. */
const usualSpelling = (name: string): string =>
  name.toLowerCase().replace(/^mime|\bid$|(^|-)[a-z]/g, part => part.toUpperCase())

/** Header fields that a caller can't set beside the message. Developer Guide "Using headers", read 2026-11-20. */
const RESERVED = new Set([
  ...['bcc', 'cc', 'content-disposition', 'content-type', 'content-transfer-encoding', 'date', 'from', 'message-id'],
  ...['mime-version', 'reply-to', 'return-path', 'sender', 'subject', 'to'],
])

/** @throws BadRequestException for a field that SES writes itself */
export function checkHeaders(headers: readonly Header[]): void {
  for (const { name } of headers) {
    if (RESERVED.has(name.toLowerCase())) throw new BadRequestException(`Header ${name} cannot be set by this member.`)
  }
}

/** A subject is one line. @throws BadRequestException */
export function checkSubject(subject: string): void {
  if (hasControlCharacters(subject)) throw new BadRequestException('Subject contains control characters.')
}
