import { SESv2Client, type SESv2ClientConfig } from '@aws-sdk/client-sesv2'
import { tracedAws } from '@terrace/service'
import { TIMEOUTS, type Timeouts } from './timeouts.ts'

/**
 * Sends mails, many at once. No repetition of the SDK's own: a mail is repeated only where it is marked as a repeat.
 *
 * @param credentials  those of another client, which has them already when the first mail is sent
 */
export const mailClient = (
  credentials: NonNullable<SESv2ClientConfig['credentials']>,
  timeouts: Timeouts = TIMEOUTS,
): SESv2Client => tracedAws(new SESv2Client({ maxAttempts: 1, requestHandler: timeouts, credentials }))
