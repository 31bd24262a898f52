import { messageOf, type Stop, TerraceError } from '@terrace/kit'
import type { Principal } from './identity/principal.ts'
import type { Journal } from './journal.ts'

/** What one service hands to another by ARN: a notification, a message, an event, an invocation. */
export interface Delivery {
  /** The topic, queue or function; `arn:aws:events:<region>:<account>:event-bus/default` for an event. */
  readonly to: string
  /** Who sends it, for the resource policy of the receiver. */
  readonly from: Principal
  /** JSON or plain text, exactly as AWS sends it. */
  readonly body: string
  readonly subject?: string
}

/** The service in an ARN that may receive. */
export type Receiver = 'sns' | 'sqs' | 'lambda' | 'events'

export type Receive = (delivery: Delivery) => void | Promise<void>

/**
 * Where deliveries find their receiver. A service that receives registers itself; a delivery to one that doesn't exist
 * here is in the journal, and lost.
 */
export class Deliveries {
  readonly #journal: Journal
  readonly #receivers = new Map<string, Receive>()

  constructor(journal: Journal) {
    this.#journal = journal
  }

  register(receiver: Receiver, receive: Receive): Stop {
    this.#receivers.set(receiver, receive)
    return () => {
      if (this.#receivers.get(receiver) === receive) this.#receivers.delete(receiver)
    }
  }

  /**
   * Resolves when the receiver has taken it, or has not; a refusal is the journal's, as AWS tells most senders nothing.
   * @returns whether it was taken: for a function, whether its handler has succeeded
   */
  async deliver(delivery: Delivery): Promise<boolean> {
    // Every change is an event; without rules nobody would receive it on AWS either.
    if (serviceIn(delivery) === 'events' && !this.#receivers.has('events')) return true
    try {
      await this.handOver(delivery)
      return true
    } catch (error) {
      return this.#undelivered(delivery, messageOf(error))
    }
  }

  /** Hands it to whoever receives it now. @throws what the receiver throws, or that there is none */
  async handOver(delivery: Delivery): Promise<void> {
    const service = serviceIn(delivery)
    const receive = this.#receivers.get(service)
    if (!receive) throw new TerraceError('DELIVERY_NO_RECEIVER', `${service || 'its service'} is not emulated`)
    await receive(delivery)
  }

  #undelivered({ to, subject }: Delivery, because: string): false {
    const what = subject === undefined ? 'a delivery' : `"${subject}"`
    this.#journal.write({
      kind: 'delivery.failed',
      message: `${what} to ${to} was not delivered: ${because}`,
      details: { to },
    })
    return false
  }
}

const serviceIn = ({ to }: Delivery): string => to.split(':')[2] ?? ''

/** An event as EventBridge carries it. @see Amazon EventBridge User Guide, "AWS service event metadata" */
export interface ServiceEvent {
  /** Such as `aws.autoscaling`. */
  readonly source: string
  readonly detailType: string
  readonly resources: readonly string[]
  readonly detail: unknown
}
