import { TerraceError } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import type { Principal } from '../../../identity/principal.ts'
import type { QueuesPort } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import { serviceOf } from '../names.ts'

/** One try to hand something to a target. */
export interface Hand {
  readonly arn: string
  readonly body: string
  readonly from: Principal
  readonly messageGroupId: string | undefined
  /** When the event was put: the time of a line in a log group. */
  readonly at: number
}

type Give = (world: World, hand: Hand) => Promise<void>

/** The services that a rule sends to, as they stand in an ARN. Another bus is the router's. */
export const TARGET_SERVICES = ['events', 'lambda', 'logs', 'sns', 'sqs'] as const

const GIVE: Readonly<Record<string, Give>> = {
  lambda: (world, hand) => world.deliveries.handOver({ to: hand.arn, from: hand.from, body: hand.body }),
  logs: toLogGroup,
  sns: (world, hand) => world.deliveries.handOver({ to: hand.arn, from: hand.from, body: hand.body }),
  sqs: toQueue,
}

/**
 * Hands it over. A function has taken it when it is queued for it, and a message when it is stored.
 * @throws whatever the receiver throws; TerraceError EVENTS_NO_RECEIVER
 */
export async function give(world: World, hand: Hand): Promise<void> {
  const way = GIVE[serviceOf(hand.arn)]
  if (!way) throw nobody(hand.arn)
  await way(world, hand)
}

const nobody = (arn: string) => new TerraceError('EVENTS_NO_RECEIVER', `there is nothing here that receives for ${arn}`)

/** SQS, which may still be starting. @throws TerraceError EVENTS_NO_RECEIVER where no queue can be */
export function queuesFor({ architecture, ports }: World, arn: string): Promise<QueuesPort> {
  const come = ports.comes('queues') || nodesOf(architecture, 'queue').length > 0
  return come ? ports.need('queues') : Promise.reject(nobody(arn))
}

async function toQueue(world: World, { arn, body, from, messageGroupId }: Hand): Promise<void> {
  const queues = await queuesFor(world, arn)
  queues.send(arn, { body, ...(messageGroupId === undefined ? {} : { group: messageGroupId }) }, from)
}

/** A stream for every event, as AWS makes them. differs: log groups have no policies here */
async function toLogGroup(world: World, { arn, body, at }: Hand): Promise<void> {
  const groups = await world.ports.need('logGroups')
  const group = arn.split(':')[6] ?? ''
  groups.put(group, world.random.uuid(), [lineOf(body, at)])
}

/** A transformer may give the line and its time: `{"timestamp": …, "message": …}`. */
function lineOf(body: string, at: number): { readonly at: number; readonly message: string } {
  const line: unknown = JSON.parse(body)
  if (typeof line !== 'object' || line === null || Object.keys(line).sort().join() !== 'message,timestamp') {
    return { at, message: body }
  }
  const { message, timestamp } = line as { readonly message: unknown; readonly timestamp: unknown }
  const text = typeof message === 'string' ? message : JSON.stringify(message)
  return { at: typeof timestamp === 'number' ? timestamp : at, message: text }
}
