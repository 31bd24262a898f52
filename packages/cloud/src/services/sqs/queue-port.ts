import { TerraceError } from '@terrace/kit'
import type { Architecture, NodeId } from '@terrace/model'
import type { Delivery } from '../../deliveries.ts'
import { AccessDenied } from '../../gateway/errors.ts'
import type { Authorizer } from '../../identity/authorizer.ts'
import type { Principal } from '../../identity/principal.ts'
import type { World } from '../../world.ts'
import { checkDraft } from './draft.ts'
import type { MessageAttributes } from './message.ts'
import { ageOfOldest } from './metrics.ts'
import { urlOf } from './names.ts'
import type { Queue } from './queue.ts'
import type { Queues } from './queues.ts'
import { senderIdOf } from './sender.ts'

/** A queue as people look at it. */
export interface QueueView {
  readonly name: string
  readonly arn: string
  readonly url: string
  /** The resource of the template that it is; absent for one that somebody made by the API. */
  readonly node?: NodeId
  readonly fifo: boolean
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
  /** Of the oldest message; 0 when there is none. */
  readonly oldestAgeSeconds: number
  /** Where messages go that were received too often, and how many visible ones are there. */
  readonly deadLetters?: { readonly queue: string; readonly visible: number; readonly maxReceiveCount: number }
  /** The queues whose dead letters it holds. */
  readonly deadLetterSources: readonly string[]
}

/** A message that a service of AWS puts on a queue. */
export interface QueueMessage {
  readonly body: string
  readonly attributes?: MessageAttributes
  /** `AWSTraceHeader` */
  readonly trace?: string
  /** FIFO queues need it. */
  readonly group?: string
  readonly deduplicationId?: string
}

/** What other services, the status and the console may ask of SQS. */
export interface QueuesPort {
  /** By name. */
  list(): readonly QueueView[]
  /**
   * Puts a message on a queue, with its policy or the sender's role allowing it.
   * @throws AccessDenied, AwsError with SQS's own code, TerraceError SQS_NO_QUEUE
   */
  send(arn: string, message: QueueMessage, from: Principal): void
  /** `https://sqs.…`, whether there is such a queue or not. */
  urlOf(name: string): string
}

/** The port over the queues of an account. */
export function queuesPort(
  { architecture, realtime }: Pick<World, 'realtime'> & { readonly architecture: Architecture },
  queues: Queues,
  authorizer: Authorizer,
): QueuesPort {
  return {
    list: () => queues.list().map(queue => viewOf(queue, queues, realtime.now())),
    send(arn, message, from) {
      const queue = queues.findByArn(arn)
      if (!queue) throw new TerraceError('SQS_NO_QUEUE', `there is no queue ${arn}`)
      requirePermission(authorizer, queue, from)
      const draft = { ...message, attributes: message.attributes ?? {}, sender: senderIdOf(from) }
      checkDraft(draft, queue.messages.settings)
      queue.messages.send([draft])
    },
    urlOf: name => urlOf(architecture, name),
  }
}

/** What a service is refused, AWS tells nobody: the journal has to say why. */
function requirePermission(authorizer: Authorizer, { arn, name, policy }: Queue, from: Principal): void {
  try {
    authorizer.require({ principal: from }, { action: 'sqs:SendMessage', resource: arn, resourcePolicy: policy })
  } catch (error) {
    if (from.kind !== 'service' || !(error instanceof AccessDenied)) throw error
    throw new AccessDenied(
      `the policy of the queue ${name} does not let ${from.service} send to it for ${from.sourceArn} (sqs:SendMessage)`,
    )
  }
}

/** What `world.deliveries` brings; a refusal is thrown, for the journal. */
export const deliverTo =
  (port: QueuesPort) =>
  ({ to, from, body }: Delivery): void =>
    port.send(to, { body }, from)

function viewOf(queue: Queue, queues: Queues, now: number): QueueView {
  const { redrive } = queue.messages.settings
  const target = redrive && queues.findByArn(redrive.deadLetterTargetArn)
  const { node, name, arn, url, fifo } = queue
  return {
    name,
    arn,
    url,
    ...(node === undefined ? {} : { node }),
    fifo,
    ...queue.messages.depth(),
    oldestAgeSeconds: ageOfOldest(queue, now),
    ...(redrive && target
      ? {
          deadLetters: {
            queue: target.name,
            visible: target.messages.depth().visible,
            maxReceiveCount: redrive.maxReceiveCount,
          },
        }
      : {}),
    deadLetterSources: queues.sourcesOf(arn).map(source => source.name),
  }
}
