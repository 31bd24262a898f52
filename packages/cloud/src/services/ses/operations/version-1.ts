import { z } from 'zod'
import { decided, type Operation, operation, shape, wireList } from '../../../gateway/api.ts'
import { readAddress } from '../addresses.ts'
import { LONGEST_MESSAGE_OF_VERSION_1 } from '../limits.ts'
import type { Outgoing } from '../mailer.ts'
import { readRaw } from '../raw-message.ts'
import type { Ses } from '../ses.ts'
import { rawOutgoing } from './outgoing.ts'
import { permissionsFor } from './permissions.ts'
import { addressText, identityArn } from './shapes.ts'

const text = z.strictObject({ Data: z.string(), Charset: decided(z.enum(['UTF-8', 'utf-8'])).optional() })
const addresses = wireList(addressText).optional()

const simple = shape({
  Source: addressText,
  SourceArn: identityArn(),
  Destination: z.strictObject({ ToAddresses: addresses, CcAddresses: addresses, BccAddresses: addresses }),
  Message: z.strictObject({
    Subject: text,
    Body: z.strictObject({ Text: text.optional(), Html: text.optional() }),
  }),
  ReplyToAddresses: addresses,
  ReturnPath: addressText.optional(),
  ReturnPathArn: identityArn(),
  ConfigurationSetName: z.string().optional(),
})

const raw = shape({
  Source: addressText.optional(),
  SourceArn: identityArn(),
  FromArn: identityArn(),
  ReturnPathArn: identityArn(),
  Destinations: addresses,
  RawMessage: z.strictObject({ Data: z.base64() }),
  ConfigurationSetName: z.string().optional(),
})

/** Version 1 of the API (Query), as far as programs still send with it. They have no route: each protocol finds its own. */
export const versionOne = (ses: Ses): readonly Operation[] => [
  operation({
    name: 'SendEmail',
    input: simple,
    authorize: input => permissionsFor(simpleOf(input), 'ses:SendEmail', ses, '1'),
    run: async input => ({ MessageId: await ses.mailer.send(simpleOf(input)) }),
  }),
  operation({
    name: 'SendRawEmail',
    input: raw,
    authorize: input => permissionsFor(rawOf(input), 'ses:SendRawEmail', ses, '1'),
    run: async input => ({ MessageId: await ses.mailer.send(rawOf(input)) }),
  }),
]

/** What version 1 has and is not here: name → what to do instead. */
export const REFUSED: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['VerifyEmailIdentity', 'CreateEmailIdentity'],
    ['VerifyDomainIdentity', 'CreateEmailIdentity'],
    ['VerifyDomainDkim', 'CreateEmailIdentity'],
    ['ListIdentities', 'ListEmailIdentities'],
    ['GetIdentityVerificationAttributes', 'GetEmailIdentity'],
    ['GetSendQuota', 'GetAccount'],
    ['SendTemplatedEmail', 'SendEmail'],
    ['SendBulkTemplatedEmail', 'SendBulkEmail'],
    ['CreateTemplate', 'CreateEmailTemplate'],
  ].map(([old, now]) => [old, `of version 1 of the API only SendEmail and SendRawEmail are; version 2 has ${now}`]),
)

function simpleOf(input: z.output<typeof simple>): Outgoing {
  const { Source, Destination, Message, ReplyToAddresses = [], ReturnPath, ConfigurationSetName } = input
  const read = (list: readonly string[] = []) => list.map(readAddress)
  return {
    from: readAddress(Source),
    to: read(Destination.ToAddresses),
    cc: read(Destination.CcAddresses),
    bcc: read(Destination.BccAddresses),
    replyTo: read(ReplyToAddresses),
    returnPath: ReturnPath === undefined ? undefined : readAddress(ReturnPath),
    configurationSet: ConfigurationSetName,
    tags: {},
    content: {
      kind: 'simple',
      content: { subject: Message.Subject.Data, text: Message.Body.Text?.Data, html: Message.Body.Html?.Data },
      headers: [],
      attachments: [],
    },
    longest: LONGEST_MESSAGE_OF_VERSION_1,
  }
}

function rawOf({ Source, Destinations, RawMessage, ConfigurationSetName }: z.output<typeof raw>): Outgoing {
  const envelope = {
    FromEmailAddress: Source,
    ConfigurationSetName,
    // Without destinations they are read from the message's own head.
    ...(Destinations && Destinations.length > 0 ? { Destination: { ToAddresses: Destinations } } : {}),
  }
  const mail = rawOutgoing(envelope, readRaw(Buffer.from(RawMessage.Data, 'base64')))
  return { ...mail, longest: LONGEST_MESSAGE_OF_VERSION_1 }
}
