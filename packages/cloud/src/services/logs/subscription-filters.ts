import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Instant } from '@terrace/kit'
import type { World } from '../../world.ts'
import { InvalidParameter, LimitExceeded } from './errors.ts'
import type { FilterPattern, Match } from './filter-pattern/pattern.ts'
import type { PatternCache } from './filter-pattern/pattern-cache.ts'
import type { Ingested } from './ingested.ts'
import { MOST_SUBSCRIPTION_FILTERS } from './limits.ts'
import { eventId } from './store/event-id.ts'

/** Sends the events of a group that match to a Lambda function. */
export interface SubscriptionFilter {
  readonly name: string
  readonly pattern: string
  readonly created: Instant
  /** ARN of the function. */
  readonly destination: string
  readonly distribution: 'ByLogStream' | 'Random'
  /** Put by the template: it goes when the template no longer has it. */
  readonly ofTemplate?: boolean
}

type Surroundings = Pick<World, 'architecture' | 'deliveries'>

const compress = promisify(gzip)

/**
 * Carries out subscription filters: a delivery for each filter and each batch of events that a stream took in.
 * @see Lambda Developer Guide, "Using Lambda with CloudWatch Logs"
 */
export class SubscriptionFilters {
  readonly #world: Surroundings
  readonly #patterns: PatternCache
  readonly #underWay = new Set<Promise<void>>()

  constructor(world: Surroundings, patterns: PatternCache) {
    this.#world = world
    this.#patterns = patterns
  }

  apply(filters: readonly SubscriptionFilter[], ingested: Ingested): void {
    for (const filter of filters) {
      const logEvents = matching(this.#patterns.of(filter.pattern), ingested)
      if (logEvents.length === 0) continue
      const delivery = this.#deliver(filter, ingested, logEvents)
      this.#underWay.add(delivery)
      void delivery.finally(() => this.#underWay.delete(delivery))
    }
  }

  /** Resolves when everything that is under way has been handed over. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  async #deliver({ name, destination }: SubscriptionFilter, { group, stream }: Ingested, logEvents: readonly object[]) {
    const { region, account } = this.#world.architecture
    const message = {
      messageType: 'DATA_MESSAGE',
      owner: account,
      logGroup: group,
      logStream: stream,
      subscriptionFilters: [name],
      logEvents,
    }
    const data = (await compress(JSON.stringify(message))).toString('base64')
    await this.#world.deliveries.deliver({
      to: destination,
      from: {
        kind: 'service',
        service: 'logs.amazonaws.com',
        sourceArn: `arn:aws:logs:${region}:${account}:log-group:${group}:*`,
      },
      body: JSON.stringify({ awslogs: { data } }),
    })
  }
}

function matching(pattern: FilterPattern, { events }: Ingested): readonly object[] {
  return events.flatMap(event => {
    const match = pattern.match(event.message)
    if (!match) return []
    return [{ id: eventId(event), timestamp: event.at, message: event.message, ...extractedFrom(match) }]
  })
}

/** The fields that a space-delimited pattern names, without the `$`. */
function extractedFrom({ extracted }: Match) {
  const fields = Object.entries(extracted).map(([name, value]) => [name.slice(1), value])
  return fields.length === 0 ? {} : { extractedFields: Object.fromEntries(fields) }
}

/** @throws LimitExceeded when a group would have one more than it may */
export function withSubscriptionFilter(
  present: readonly SubscriptionFilter[],
  filter: SubscriptionFilter,
): readonly SubscriptionFilter[] {
  const others = present.filter(({ name }) => name !== filter.name)
  if (others.length >= MOST_SUBSCRIPTION_FILTERS) throw new LimitExceeded('Resource limit exceeded.')
  return [...others, filter]
}

/**
 * Whether a function may be the destination for a group. Its own group can't feed it: it would never come to rest.
 *
 * @throws InvalidParameter
 */
export function checkFunction(destination: string, group: string, { region, account }: World['architecture']): void {
  const [, partition, service, of, owner, kind, name = '', qualifier] = destination.split(':')
  const isFunction = partition?.startsWith('aws') && service === 'lambda' && kind === 'function' && name !== ''
  if (!isFunction || qualifier === '') throw new InvalidParameter(`${destination} is not the ARN of a Lambda function.`)
  if (of !== region || owner !== account) {
    throw new InvalidParameter(
      `The function ${destination} must be in the region ${region} and the account ${account}, as the log group is.`,
    )
  }
  if (group === `/aws/lambda/${name}`) {
    throw new InvalidParameter('The log group provided is reserved for the function logs of the destination function.')
  }
}
