import {
  type BulkEmailEntryResult,
  type SESv2Client,
  SESv2ServiceException,
  SendBulkEmailCommand,
} from '@aws-sdk/client-sesv2'
import { messageOf } from '@terrace/kit'
import type { Mail } from '../mails/mail.ts'

/** What became of a mail. */
export type Sent =
  | { readonly kind: 'accepted'; readonly problem?: never }
  /** SES said no: it was not sent, and will not be. */
  | { readonly kind: 'refused'; readonly problem: string }
  /** Nobody knows whether it was. */
  | { readonly kind: 'unknown'; readonly problem: string }

/** Sends up to fifty mails at once, and tells of each, in their order, what became of it. Never rejects. */
export type SendMails = (mails: readonly Mail[]) => Promise<readonly Sent[]>

/** Who sends, and by which template of SES. */
export interface Sending {
  readonly from: string
  /** A template that is nothing but `subject`, `text` and `html`, as they are. */
  readonly template: string
}

/**
 * Sends mails by SES in one call from one verified address: a call for each would cost more than the mail. Addresses,
 * headers and texts go as fields of their own, never as a part of another. To SES each mail counts as one, as it would
 * alone: a rate or a quota that is used up refuses single mails, and those come back later.
 */
export function sendMailsWith(client: SESv2Client, sending: Sending): SendMails {
  const send = async (mails: readonly Mail[]): Promise<readonly Sent[]> => {
    try {
      const { BulkEmailEntryResults = [] } = await client.send(commandFor(mails, sending))
      return mails.map((_mail, index) => sentOf(BulkEmailEntryResults[index]))
    } catch (error) {
      // What makes one of them invalid must not keep the others back.
      if (isInvalid(error) && mails.length > 1) return (await Promise.all(mails.map(mail => send([mail])))).flat()
      const sent: Sent = { kind: isRefusal(error) ? 'refused' : 'unknown', problem: problemOf(error) }
      return mails.map(() => sent)
    }
  }
  return mails => (mails.length === 0 ? Promise.resolve([]) : send(mails))
}

const commandFor = (mails: readonly Mail[], { from, template }: Sending) =>
  new SendBulkEmailCommand({
    FromEmailAddress: from,
    // Each mail brings all its data; SES wants some for those that would not.
    DefaultContent: { Template: { TemplateName: template, TemplateData: '{}' } },
    BulkEmailEntries: mails.map(({ to, subject, text, html, headers }) => ({
      Destination: { ToAddresses: [to] },
      ReplacementHeaders: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
      ReplacementEmailContent: {
        ReplacementTemplate: { ReplacementTemplateData: JSON.stringify({ subject, text, html }) },
      },
    })),
  })

/** Statuses that leave it open whether SES has taken the mail. */
const OPEN = new Set(['TRANSIENT_FAILURE', 'FAILED'])

function sentOf({ Status = 'FAILED', Error: problem }: BulkEmailEntryResult = {}): Sent {
  if (Status === 'SUCCESS') return { kind: 'accepted' }
  return { kind: OPEN.has(Status) ? 'unknown' : 'refused', problem: problem ? `${Status}: ${problem}` : Status }
}

const isInvalid = (error: unknown): boolean =>
  error instanceof SESv2ServiceException && error.$metadata.httpStatusCode === 400

function isRefusal(error: unknown): boolean {
  // Then there was nothing to sign it with, and it was not sent.
  if (error instanceof Error && error.name === 'CredentialsProviderError') return true
  const status = error instanceof SESv2ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0
  return status >= 400 && status < 500
}

const problemOf = (error: unknown): string =>
  error instanceof SESv2ServiceException ? `${error.name}: ${error.message}` : messageOf(error)
