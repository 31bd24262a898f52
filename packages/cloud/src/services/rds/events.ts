import type { Instant } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import { sendEvent } from '../../events.ts'
import type { World } from '../../world.ts'

/** One row of the table of events: its number, categories and AWS's words. */
export interface EventType {
  /** Kind of the journal's entry. */
  readonly kind: string
  /** Absent: AWS writes the line without a number that we know; it is no event of EventBridge then. */
  readonly id?: string
  readonly categories: readonly string[]
  readonly message: string
}

/** RDS User Guide, "Amazon RDS event categories and event messages". */
export const EVENTS = {
  created: { kind: 'rds.created', id: 'RDS-EVENT-0005', categories: ['creation'], message: 'DB instance created.' },
  deleted: { kind: 'rds.deleted', id: 'RDS-EVENT-0003', categories: ['deletion'], message: 'DB instance deleted.' },
  shutdown: {
    kind: 'rds.shutdown',
    id: 'RDS-EVENT-0004',
    categories: ['availability'],
    message: 'DB instance shutdown.',
  },
  restarted: {
    kind: 'rds.restarted',
    id: 'RDS-EVENT-0006',
    categories: ['availability'],
    message: 'DB instance restarted.',
  },
  started: { kind: 'rds.started', id: 'RDS-EVENT-0088', categories: ['notification'], message: 'DB instance started.' },
  stopped: { kind: 'rds.stopped', id: 'RDS-EVENT-0087', categories: ['notification'], message: 'DB instance stopped.' },
  failed: {
    kind: 'rds.failed',
    id: 'RDS-EVENT-0031',
    categories: ['failure'],
    message: 'DB instance put into failed state.',
  },
  backupStarted: {
    kind: 'rds.backup.started',
    id: 'RDS-EVENT-0001',
    categories: ['backup'],
    message: 'Backing up DB instance.',
  },
  backupFinished: {
    kind: 'rds.backup.finished',
    id: 'RDS-EVENT-0002',
    categories: ['backup'],
    message: 'Finished DB instance backup.',
  },
  failoverStarted: {
    kind: 'rds.failover.started',
    id: 'RDS-EVENT-0013',
    categories: ['failover'],
    message: 'Multi-AZ instance failover started.',
  },
  failoverCompleted: {
    kind: 'rds.failover.completed',
    id: 'RDS-EVENT-0049',
    categories: ['failover'],
    message: 'Multi-AZ instance failover completed.',
  },
  activationStarted: {
    kind: 'rds.activation.started',
    id: 'RDS-EVENT-0050',
    categories: ['failover'],
    message: 'Multi-AZ instance activation started.',
  },
  activationCompleted: {
    kind: 'rds.activation.completed',
    id: 'RDS-EVENT-0051',
    categories: ['failover'],
    message: 'Multi-AZ instance activation completed.',
  },
  parameterGroupUpdated: {
    kind: 'rds.parameters.updated',
    id: 'RDS-EVENT-0092',
    categories: ['configuration change'],
    message: 'Finished updating DB parameter group.',
  },
  multiAzStarted: {
    kind: 'rds.multi-az.started',
    id: 'RDS-EVENT-0024',
    categories: ['configuration change'],
    message: 'Applying modification to convert to a Multi-AZ DB instance.',
  },
  multiAzFinished: {
    kind: 'rds.multi-az.finished',
    id: 'RDS-EVENT-0025',
    categories: ['configuration change'],
    message: 'Finished applying modification to convert to a Multi-AZ DB instance.',
  },
} as const satisfies Record<string, EventType>

/** RDS-EVENT-0043, RDS-EVENT-0019 and RDS-EVENT-0011: those that name something. */
export const restoredFromSnapshot = (snapshot: string): EventType => ({
  kind: 'rds.restored',
  id: 'RDS-EVENT-0043',
  categories: ['restoration'],
  message: `Restored from snapshot ${snapshot}.`,
})

export const restoredFromInstance = (source: string, target: string): EventType => ({
  kind: 'rds.restored',
  id: 'RDS-EVENT-0019',
  categories: ['restoration'],
  message: `Restored from DB instance ${source} to ${target}.`,
})

export const usesParameterGroup = (name: string): EventType => ({
  kind: 'rds.parameters.group',
  id: 'RDS-EVENT-0011',
  categories: ['configuration change'],
  message: `Updated to use DBParameterGroup ${name}.`,
})

/**
 * Why a failover took place, as RDS writes it between "restarted" and "completed". RDS User Guide, "Failing over a
 * Multi-AZ DB instance for Amazon RDS".
 */
export const FAILOVER_REASONS = {
  unhealthy: 'The primary host of the RDS Multi-AZ instance is unhealthy.',
  unreachable: 'The primary host of the RDS Multi-AZ instance is unreachable due to loss of network connectivity.',
  unresponsive: 'The RDS Multi-AZ primary instance is busy and unresponsive.',
  requested: 'The user requested a failover of the DB instance.',
} as const

export type FailoverReason = keyof typeof FAILOVER_REASONS

/** An event as DescribeEvents tells it. */
export interface RdsEvent {
  readonly at: Instant
  readonly identifier: string
  readonly arn: string
  readonly categories: readonly string[]
  readonly message: string
}

/** What an event happened to. */
export interface EventSource {
  readonly node: NodeId
  readonly identifier: string
  readonly arn: string
  /** For the journal: what runs it. */
  readonly server: string
}

/** RDS API Reference, "DescribeEvents": events of the past 14 days. Here the newest ones of this run. */
const KEPT = 1000

/** The events of RDS: in the journal, on the event bus, and for DescribeEvents. */
export class RdsEvents {
  readonly #world: World
  readonly #events: RdsEvent[] = []

  constructor(world: World) {
    this.#world = world
  }

  get all(): readonly RdsEvent[] {
    return this.#events
  }

  /** @param more for the journal alone: a clause instead of the full stop, and the cause */
  note(source: EventSource, type: EventType, more: { readonly clause?: string; readonly details?: object } = {}): void {
    const { node, identifier, arn, server } = source
    const { id, kind, categories } = type
    const at = this.#world.clock.now()
    this.#events.push({ at, identifier, arn, categories, message: type.message })
    if (this.#events.length > KEPT) this.#events.shift()
    const words = more.clause === undefined ? type.message : `${type.message.replace(/\.$/, '')}: ${more.clause}.`
    const details = { ...(id === undefined ? {} : { event: id }), server, ...more.details }
    this.#world.journal.write({ kind, node, message: `${identifier}: ${words}`, details })
    if (id === undefined) return
    // Amazon EventBridge, "RDS DB Instance Event". See RDS User Guide, "Creating a rule that triggers on an Amazon RDS event".
    sendEvent(this.#world, {
      source: 'aws.rds',
      detailType: 'RDS DB Instance Event',
      resources: [arn],
      detail: {
        EventCategories: categories,
        SourceType: 'DB_INSTANCE',
        SourceArn: arn,
        Date: new Date(at).toISOString(),
        Message: type.message,
        SourceIdentifier: identifier,
        EventID: id,
      },
    })
  }
}
