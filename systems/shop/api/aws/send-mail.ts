import { type SESv2Client, SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2'
import type { Mail } from '../mails/mail.ts'

/** Resolves once SES has accepted the mail; rejects with `MailRefused` when it certainly has not. */
export type SendMail = (mail: Mail) => Promise<void>

/** SES said no: the mail was not sent, and will not be. */
export class MailRefused extends Error {}

/** Sends mails by SES from one verified address. Addresses and headers go as fields of their own, never as text. */
export const sendMailWith =
  (client: SESv2Client, from: string): SendMail =>
  async ({ to, subject, text, html, headers }) => {
    const command = new SendEmailCommand({
      FromEmailAddress: from,
      Destination: { ToAddresses: [to] },
      Content: {
        Simple: {
          Subject: { Data: subject, Charset: 'UTF-8' },
          Body: { Text: { Data: text, Charset: 'UTF-8' }, Html: { Data: html, Charset: 'UTF-8' } },
          Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
        },
      },
    })
    try {
      await client.send(command)
    } catch (error) {
      const status = error instanceof SESv2ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0
      if (error instanceof SESv2ServiceException && status >= 400 && status < 500)
        throw new MailRefused(`${error.name}: ${error.message}`, { cause: error })
      throw error
    }
  }
