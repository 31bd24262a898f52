import type { Operation } from '../../../gateway/api.ts'
import { operation } from '../../../gateway/api.ts'
import type { Ses } from '../ses.ts'
import { bulkSending } from './bulk.ts'
import { outgoingOf } from './outgoing.ts'
import { permissionsFor } from './permissions.ts'
import { sendEmailInput } from './sending-shapes.ts'

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
  ...bulkSending(ses),
]

/**
 * Raw messages need another permission than the rest, also in version 2 of the API, where the Service Authorization Reference
 * doesn't say so. Source: answers of AWS that users report ("not authorized to perform ses:SendRawEmail").
 */
const actionFor = (raw: boolean): string => (raw ? 'ses:SendRawEmail' : 'ses:SendEmail')
