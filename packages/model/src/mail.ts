import type { BaseNode } from './node.ts'

/** An address or a domain that mail may be sent from. */
export interface EmailIdentity extends BaseNode<'emailIdentity'> {
  /** `orders@example.com`, or `example.com`; a domain is in lower case. */
  readonly identity: string
  readonly arn: string
  /** The three tokens of Easy DKIM: `<token>._domainkey.<domain>` leads to `<token>.dkim.amazonses.com`. */
  readonly dkimTokens: readonly string[]
  /** Of the mails that name none themselves. */
  readonly configurationSet?: string
}

/** Subject and bodies of mails, with placeholders of Handlebars. */
export interface EmailTemplate extends BaseNode<'emailTemplate'> {
  readonly name: string
  readonly subject: string
  readonly text?: string
  readonly html?: string
}

/** What happens to the mails that name it. */
export interface ConfigurationSet extends BaseNode<'configurationSet'> {
  readonly name: string
  readonly sendingEnabled: boolean
  /** Whose recipients are not written to again; absent: as the account has it. */
  readonly suppressedReasons?: readonly SuppressionReason[]
  readonly eventDestinations: readonly EventDestination[]
}

/** Why a recipient is not written to again. */
export type SuppressionReason = 'BOUNCE' | 'COMPLAINT'

/** Where events about mails are sent to. */
export interface EventDestination {
  readonly name: string
  readonly enabled: boolean
  /** As the API spells them: `SEND`, `BOUNCE`, `RENDERING_FAILURE`. */
  readonly events: readonly string[]
  /** An SNS topic's ARN, or the account's default event bus. */
  readonly to: { readonly kind: 'sns'; readonly topic: string } | { readonly kind: 'eventBridge'; readonly bus: string }
}
