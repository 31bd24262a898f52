import { SESv2Client } from '@aws-sdk/client-sesv2'
import { TIMEOUTS } from './timeouts.ts'

/** Sends mails, many at once. No repetition of the SDK's own: a mail is repeated only where it is marked as a repeat. */
export const mailClient = (): SESv2Client => new SESv2Client({ maxAttempts: 1, requestHandler: TIMEOUTS })
