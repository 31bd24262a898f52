import type { World } from '../../world.ts'
import type { Account } from './account.ts'
import { type Mailbox, writeMailbox } from './addresses.ts'
import type { Allowance } from './allowance.ts'
import { type Attachment, checkHeaders, checkSubject, compose, type Header, type Stamp } from './composing.ts'
import type { ConfigurationSet, ConfigurationSets } from './configuration-sets.ts'
import { BadRequestException, MessageRejected, SendingPausedException } from './errors.ts'
import { fateOf, isSimulator } from './fates.ts'
import type { MailFaults } from './faults.ts'
import type { Identities } from './identities.ts'
import type { Inbox } from './inbox.ts'
import { MOST_RECIPIENTS } from './limits.ts'
import { messageIdField, newMessageId } from './message-id.ts'
import type { EventSubject, Publisher } from './publishing.ts'
import { addressesIn, fieldOf, type RawMessage, rewrite } from './raw-message.ts'
import { render, type TemplateContent, type TemplateData } from './rendering.ts'
import type { SuppressionList } from './suppression.ts'
import { holdsTestVirus } from './test-virus.ts'

/** What a message says. */
export type Content =
  | {
      readonly kind: 'simple'
      readonly content: TemplateContent
      readonly headers: readonly Header[]
      readonly attachments: readonly Attachment[]
    }
  | {
      readonly kind: 'template'
      /** Its name, for people; empty for one that came with the call. */
      readonly name: string
      readonly template: TemplateContent
      readonly data: TemplateData
      readonly headers: readonly Header[]
      readonly attachments: readonly Attachment[]
    }
  | { readonly kind: 'raw'; readonly message: RawMessage }

/** A message that somebody wants to be sent. */
export interface Outgoing {
  readonly from: Mailbox
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  readonly bcc: readonly Mailbox[]
  readonly replyTo: readonly Mailbox[]
  /** Where bounces go; absent: to the sender. */
  readonly returnPath?: Mailbox | undefined
  readonly configurationSet?: string | undefined
  readonly tags: Readonly<Record<string, readonly string[]>>
  readonly content: Content
  /** Bytes. */
  readonly longest: number
}

/** What the mailer works with. */
export interface MailerParts {
  readonly world: Pick<World, 'architecture' | 'clock' | 'journal' | 'random'>
  readonly account: Account
  readonly allowance: Allowance
  readonly configurationSets: ConfigurationSets
  readonly faults: MailFaults
  readonly identities: Identities
  readonly inbox: Inbox
  readonly publisher: Publisher
  readonly suppression: SuppressionList
}

/** Takes mails, and brings them to the inbox. */
export class Mailer {
  readonly #parts: MailerParts

  constructor(parts: MailerParts) {
    this.#parts = parts
  }

  /**
   * Accepts a message: when it resolves, the message is in the inbox of everybody whom it reaches, and events have told the
   * rest. A template that lacks data is accepted, too, and not sent: SES tells it by an event alone.
   *
   * @returns the id that SES gives it
   * @throws MessageRejected, BadRequestException, NotFoundException, SendingPausedException, LimitExceededException, TooManyRequestsException
   */
  async send(mail: Outgoing): Promise<string> {
    return await this.#deliver(await this.#prepare(mail))
  }

  /** Accepts many, each as `send` does, and each whatever becomes of the others; they reach the inbox in their order. */
  async sendAll(mails: readonly Outgoing[]): Promise<readonly PromiseSettledResult<string>[]> {
    const prepared = await Promise.allSettled(mails.map(mail => this.#prepare(mail)))
    return await Promise.allSettled(
      prepared.map(each => (each.status === 'fulfilled' ? this.#deliver(each.value) : Promise.reject(each.reason))),
    )
  }

  async #prepare(mail: Outgoing): Promise<Prepared> {
    const { faults, world } = this.#parts
    faults.check()
    const set = this.#openSet(mail)
    const recipients = recipientsOf(mail)
    this.#checkShape(mail, recipients)
    this.#checkVerified(mail, recipients)
    const messageId = newMessageId(world)
    const about = this.#subjectOf(mail, messageId, recipients)
    const finished = await this.#finish(mail, messageId)
    if (finished.kind === 'finished' && finished.content.length > mail.longest) {
      const { length } = finished.content
      throw new BadRequestException(`Message length is more than ${mail.longest} bytes long: '${length}'.`)
    }
    return { about, set, finished }
  }

  #openSet({ configurationSet, from }: Outgoing): ConfigurationSet | undefined {
    const { account, configurationSets, identities } = this.#parts
    if (!account.state.sendingEnabled) throw new SendingPausedException('Email sending is disabled for your account.')
    const name = configurationSet ?? identities.coveringOf(from.address)?.configurationSet
    if (name === undefined) return undefined
    const set = configurationSets.get(name)
    if (set.sendingEnabled) return set
    throw new SendingPausedException(
      `Email sending is disabled for the configuration set <${name}>.`,
      'ConfigurationSetSendingPausedException',
    )
  }

  #checkShape({ content }: Outgoing, recipients: readonly string[]): void {
    if (recipients.length === 0) throw new BadRequestException('Must specify at least one destination.')
    if (recipients.length > MOST_RECIPIENTS) {
      throw new BadRequestException(`Recipient count exceeds ${MOST_RECIPIENTS}.`)
    }
    if (content.kind === 'raw') return
    checkHeaders(content.headers)
    if (content.kind === 'simple') checkSubject(content.content.subject)
  }

  /** The sender always, and in the sandbox the recipients. */
  #checkVerified({ from, returnPath, content }: Outgoing, recipients: readonly string[]): void {
    const { account, identities, world } = this.#parts
    const everybody = account.state.productionAccess ? [] : recipients.filter(each => !isSimulator(each))
    const inside = content.kind === 'raw' ? addressesIn(content.message, 'from').map(({ address }) => address) : []
    const checked = [from.address, ...inside, ...(returnPath ? [returnPath.address] : []), ...everybody]
    const failed = [...new Set(checked)].filter(address => !identities.isVerified(address))
    if (failed.length === 0) return
    const why = failed.includes(from.address) ? 'no verified identity covers it' : 'the account is in the sandbox'
    world.journal.write({
      kind: 'ses.rejected',
      message: `a mail from ${from.address} was rejected: ${failed.join(', ')} is not verified (${why})`,
      details: { from: from.address, identities: failed },
    })
    throw MessageRejected.unverified(failed, this.#region)
  }

  get #region(): string {
    return this.#parts.world.architecture.region
  }

  /** The message as it goes out, or why there is none. */
  async #finish(mail: Outgoing, id: string): Promise<Finished> {
    const stamp: Stamp = { messageId: messageIdField(id, this.#region), at: this.#parts.world.clock.now() }
    const { content } = mail
    if (content.kind === 'raw') {
      const date = new Date(stamp.at).toUTCString().replace('GMT', '+0000')
      const bytes = rewrite(content.message, REPLACED, { 'Message-ID': stamp.messageId, Date: date })
      return { kind: 'finished', content: bytes, subject: fieldOf(content.message, 'subject') ?? '' }
    }
    const rendered =
      content.kind === 'simple'
        ? ({ kind: 'rendered', content: content.content } as const)
        : await render(content.template, content.data)
    if (rendered.kind === 'failed') {
      return { ...rendered, template: content.kind === 'template' ? content.name : '' }
    }
    // What a template makes of its data must not end the line either.
    const subject = rendered.content.subject.replace(/\p{Cc}+/gu, ' ')
    const draft = { ...mail, ...content, content: { ...rendered.content, subject } }
    return { kind: 'finished', content: await compose(draft, stamp), subject }
  }

  /** Up to the inbox without a pause, so that messages arrive in the order in which they are delivered. */
  async #deliver({ about, set, finished }: Prepared): Promise<string> {
    const { account, allowance } = this.#parts
    const { messageId, recipients } = about
    if (finished.kind === 'failed') {
      this.#renderingFailed(finished.template, finished.because, about, set)
      return messageId
    }
    allowance.take(account.quota, recipients.length, recipients.filter(each => !isSimulator(each)).length)
    await this.#bring({ ...about, subject: finished.subject }, finished.content, set)
    return messageId
  }

  async #bring(about: EventSubject, content: Buffer, set: ConfigurationSet | undefined): Promise<void> {
    const { publisher, inbox, world } = this.#parts
    publisher.publish({ kind: 'SEND' }, about, set)
    if (holdsTestVirus(content)) {
      publisher.publish({ kind: 'REJECT' }, about, set)
      const message = `the mail ${about.messageId} from ${about.source} holds the test virus, and was not delivered`
      world.journal.write({ kind: 'ses.rejected', message, details: { messageId: about.messageId } })
      return
    }
    const fates = about.recipients.map(address => ({ address, fate: fateOf(address, this.#suppression(address, set)) }))
    const reached = fates.filter(({ fate }) => fate.kind !== 'bounce').map(({ address }) => address)
    if (reached.length > 0) {
      const { messageId, source: from, subject } = about
      await inbox.keep({ at: world.clock.now(), messageId, from, to: reached, subject, content })
      publisher.publish({ kind: 'DELIVERY', recipients: reached }, about, set)
    }
    for (const { address, fate } of fates) {
      if (fate.kind === 'delivered') continue
      const recipients = [address]
      if (fate.kind === 'complaint') publisher.publish({ kind: 'COMPLAINT', recipients }, about, set)
      else publisher.publish({ kind: 'BOUNCE', recipients, subType: fate.subType }, about, set)
      const what = fate.kind === 'complaint' ? 'was complained about' : `bounced (${fate.subType})`
      world.journal.write({
        kind: fate.kind === 'complaint' ? 'ses.complained' : 'ses.bounced',
        message: `the mail ${about.messageId} to ${address} ${what}`,
        details: { messageId: about.messageId, recipient: address },
      })
    }
  }

  #suppression(address: string, set: ConfigurationSet | undefined) {
    const counting = set?.suppressedReasons ?? this.#parts.account.state.suppressedReasons
    const found = this.#parts.suppression.find(address)?.reason
    return found !== undefined && counting.includes(found) ? found : undefined
  }

  #renderingFailed(template: string, because: string, about: EventSubject, set: ConfigurationSet | undefined): void {
    const { publisher, world } = this.#parts
    publisher.publish({ kind: 'RENDERING_FAILURE', template, because }, about, set)
    world.journal.write({
      kind: 'ses.renderingFailed',
      message: `the mail ${about.messageId} was accepted and not sent: template ${template || '(of the call)'}: ${because}`,
      details: { messageId: about.messageId, template, because },
    })
  }

  #subjectOf(mail: Outgoing, messageId: string, recipients: readonly string[]): EventSubject {
    const { identities } = this.#parts
    const { from, to, tags, returnPath } = mail
    return {
      messageId,
      source: writeMailbox(from),
      sourceArn: identities.arnOf(identities.coveringOf(from.address)?.name ?? from.address),
      returnPath: (returnPath ?? from).address,
      recipients,
      subject: '',
      to: to.map(writeMailbox),
      tags,
    }
  }
}

/** A message that has passed every check. */
interface Prepared {
  readonly about: EventSubject
  readonly set: ConfigurationSet | undefined
  readonly finished: Finished
}

type Finished =
  | { readonly kind: 'finished'; readonly content: Buffer; readonly subject: string }
  | { readonly kind: 'failed'; readonly because: string; readonly template: string }

/** What SES writes itself, and what is for SES alone. */
const REPLACED = ['bcc', 'date', 'message-id', 'return-path', 'x-ses-configuration-set', 'x-ses-message-tags']

/** Everybody once, whatever fields they are in. */
export const recipientsOf = ({ to, cc, bcc }: Pick<Outgoing, 'to' | 'cc' | 'bcc'>): readonly string[] => [
  ...new Set([...to, ...cc, ...bcc].map(({ address }) => address)),
]
