import { sendEvent } from '../../events.ts'
import { isoTime } from '../../gateway/time.ts'
import type { World } from '../../world.ts'
import type { ConfigurationSet } from './configuration-sets.ts'
import type { BounceSubType } from './fates.ts'

/** What can be said about a message that was accepted. */
export type MailEvent =
  | { readonly kind: 'SEND' }
  | { readonly kind: 'REJECT' }
  | { readonly kind: 'DELIVERY'; readonly recipients: readonly string[] }
  | { readonly kind: 'BOUNCE'; readonly recipients: readonly string[]; readonly subType: BounceSubType }
  | { readonly kind: 'COMPLAINT'; readonly recipients: readonly string[] }
  | { readonly kind: 'RENDERING_FAILURE'; readonly template: string; readonly because: string }

/** The message it is about, as events show it. */
export interface EventSubject {
  readonly messageId: string
  readonly source: string
  readonly sourceArn: string
  readonly returnPath: string
  readonly recipients: readonly string[]
  readonly subject: string
  readonly to: readonly string[]
  /** Of the caller, by name. */
  readonly tags: Readonly<Record<string, readonly string[]>>
}

/** How an event is called in its record, by EventBridge, and as a metric. */
const NAMES: Readonly<Record<MailEvent['kind'], { type: string; detailType: string; metric: string }>> = {
  SEND: { type: 'Send', detailType: 'Email Sent', metric: 'Send' },
  REJECT: { type: 'Reject', detailType: 'Email Rejected', metric: 'Reject' },
  DELIVERY: { type: 'Delivery', detailType: 'Email Delivered', metric: 'Delivery' },
  BOUNCE: { type: 'Bounce', detailType: 'Email Bounced', metric: 'Bounce' },
  COMPLAINT: { type: 'Complaint', detailType: 'Email Complaint Received', metric: 'Complaint' },
  RENDERING_FAILURE: {
    type: 'Rendering Failure',
    detailType: 'Email Rendering Failed',
    metric: 'RenderingFailure',
  },
}

type Surroundings = Pick<World, 'architecture' | 'clock' | 'deliveries' | 'metrics' | 'random'>

/**
 * Counts what happens to mail, and tells the destinations of its configuration set.
 * @see Amazon SES Developer Guide "Contents of event data that Amazon SES publishes to Amazon SNS", "Monitoring using EventBridge"
 */
export class Publisher {
  readonly #world: Surroundings
  readonly #setArn: (name: string) => string

  constructor(world: Surroundings, setArn: (name: string) => string) {
    this.#world = world
    this.#setArn = setArn
  }

  publish(event: MailEvent, about: EventSubject, set: ConfigurationSet | undefined): void {
    const { type, detailType, metric } = NAMES[event.kind]
    const value = 'recipients' in event ? event.recipients.length : 1
    this.#world.metrics.put({ namespace: 'AWS/SES', name: metric, dimensions: {}, unit: 'Count', value })
    const interested = set?.eventDestinations.filter(({ enabled, events }) => enabled && events.includes(event.kind))
    if (!set || !interested || interested.length === 0) return
    const detail = { eventType: type, mail: this.#mailOf(about, set), ...this.#bodyOf(event) }
    for (const { to } of interested) {
      if (to.kind === 'eventBridge') {
        sendEvent(this.#world, { source: 'aws.ses', detailType, resources: [this.#setArn(set.name)], detail })
        continue
      }
      void this.#world.deliveries.deliver({
        to: to.topic,
        from: { kind: 'service', service: 'ses.amazonaws.com', sourceArn: this.#setArn(set.name) },
        subject: 'Amazon SES Email Event Notification',
        body: JSON.stringify(detail),
      })
    }
  }

  #mailOf({ messageId, source, sourceArn, recipients, subject, to, tags }: EventSubject, set: ConfigurationSet) {
    return {
      timestamp: this.#now(),
      source,
      sourceArn,
      sendingAccountId: this.#world.architecture.account,
      messageId,
      destination: recipients,
      headersTruncated: false,
      headers: [
        { name: 'From', value: source },
        { name: 'To', value: to.join(', ') },
        { name: 'Subject', value: subject },
      ],
      commonHeaders: { from: [source], to, messageId, subject },
      tags: { 'ses:configuration-set': [set.name], ...tags },
    }
  }

  #bodyOf(event: MailEvent): object {
    const timestamp = this.#now()
    const feedbackId = `${this.#world.random.uuid()}-000000`
    switch (event.kind) {
      case 'SEND':
        return { send: {} }
      case 'REJECT':
        return { reject: { reason: 'Bad content' } }
      case 'DELIVERY':
        return {
          delivery: {
            timestamp,
            processingTimeMillis: 0,
            recipients: event.recipients,
            smtpResponse: '250 OK',
            reportingMTA: 'inbox.localhost',
          },
        }
      case 'BOUNCE':
        return {
          bounce: {
            bounceType: 'Permanent',
            bounceSubType: event.subType,
            bouncedRecipients: event.recipients.map(emailAddress => ({
              emailAddress,
              action: 'failed',
              status: '5.1.1',
              diagnosticCode: DIAGNOSES[event.subType],
            })),
            timestamp,
            feedbackId,
            reportingMTA: 'dns; inbox.localhost',
          },
        }
      case 'COMPLAINT':
        return {
          complaint: {
            complainedRecipients: event.recipients.map(emailAddress => ({ emailAddress })),
            timestamp,
            feedbackId,
            complaintSubType: null,
            complaintFeedbackType: 'abuse',
            userAgent: 'Amazon SES Mailbox Simulator',
            arrivalDate: timestamp,
          },
        }
      case 'RENDERING_FAILURE':
        return { failure: { errorMessage: event.because, templateName: event.template } }
    }
  }

  #now(): string {
    return isoTime(this.#world.clock.now())
  }
}

const DIAGNOSES: Readonly<Record<BounceSubType, string>> = {
  General: 'smtp; 550 5.1.1 user unknown',
  Suppressed: 'Amazon SES has suppressed sending to this address because it has a recent history of bouncing.',
  OnAccountSuppressionList:
    'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
}
