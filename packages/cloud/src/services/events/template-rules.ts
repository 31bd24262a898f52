import { TerraceError } from '@terrace/kit'
import {
  type Architecture,
  type ArchitectureNode,
  type EventRule,
  type EventTarget,
  type NodeId,
  nodesOf,
} from '@terrace/model'
import { AwsError } from '../../gateway/errors.ts'
import type { World } from '../../world.ts'
import { withStatement } from './policy.ts'
import type { Buses } from './state.ts'
import type { StoredRule, StoredTarget } from './stored.ts'
import { checkTarget } from './targets.ts'

/**
 * Makes the buses and rules of the template, and sets those that are there already to what it says now.
 *
 * @param isMeant  the nodes that are looked at: by default all
 * @throws TerraceError EVENTS_TEMPLATE when AWS would refuse one of them
 */
export function makeTemplateRules(
  { architecture, clock }: Pick<World, 'architecture' | 'clock'>,
  buses: Buses,
  isMeant: (id: NodeId) => boolean = () => true,
): void {
  const changed = new Set<string>()
  dropWhatIsGone(architecture, buses)
  for (const node of nodesOf(architecture, 'eventBus').filter(({ id }) => isMeant(id))) {
    changed.add(node.name)
    blamed(node, node.name, () => {
      const { name, description, policy, deadLetterArn, tags } = node
      if (!buses.find(name)) buses.create(name, { node: node.id })
      buses.change(name, {
        description,
        tags,
        node: node.id,
        policy: policy && JSON.stringify(policy),
        deadLetterArn,
      })
    })
  }
  for (const node of nodesOf(architecture, 'eventBusPolicy')) {
    const { bus, statement, statementId } = node
    // A bus has lost its statements when it was set anew.
    if (!isMeant(node.id) && !changed.has(bus)) continue
    blamed(node, statementId, () =>
      buses.change(bus, { policy: withStatement(buses.get(bus).policy, { ...statement, Sid: statementId }) }),
    )
  }
  for (const node of nodesOf(architecture, 'eventRule').filter(({ id }) => isMeant(id))) {
    blamed(node, node.name, () => {
      buses.get(node.bus)
      const before = buses.findRule(node.bus, node.name)?.stored
      const sameSchedule = before?.schedule === node.schedule
      const scheduledFrom = before && sameSchedule ? before.scheduledFrom : clock.now()
      buses.putRule(storedOf(node, scheduledFrom))
    })
  }
}

/** What the template had and has no longer, CloudFormation would have deleted. */
function dropWhatIsGone(architecture: Architecture, buses: Buses): void {
  const present = new Set(architecture.nodes.map(({ id }) => id))
  const isGone = (node: string | undefined) => node !== undefined && !present.has(node)
  for (const rule of buses.rules()) {
    if (isGone(rule.stored.node)) buses.deleteRule(rule)
  }
  for (const { name, node } of buses.list()) {
    if (isGone(node) && buses.rulesOf(name).length === 0) buses.delete(name)
  }
}

function storedOf(node: EventRule, scheduledFrom: number): StoredRule {
  const { name, bus, description, enabled, pattern, schedule, roleArn, tags, id } = node
  const targets = node.targets.map(targetOf)
  for (const target of targets) checkTarget(target)
  return {
    bus,
    name,
    description,
    enabled,
    scheduledFrom,
    tags,
    targets,
    node: id,
    ...(pattern === undefined ? {} : { pattern }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(roleArn === undefined ? {} : { roleArn }),
  }
}

function targetOf({ id, arn, roleArn, input, messageGroupId, deadLetterArn, retry }: EventTarget): StoredTarget {
  return {
    id,
    arn,
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(input?.kind === 'constant' ? { input: input.json } : {}),
    ...(input?.kind === 'path' ? { inputPath: input.path } : {}),
    ...(input?.kind === 'transformer' ? { transformer: { paths: input.paths, template: input.template } } : {}),
    ...(messageGroupId === undefined ? {} : { messageGroupId }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
    ...(retry?.attempts === undefined ? {} : { retryAttempts: retry.attempts }),
    ...(retry?.age === undefined ? {} : { retryAgeSeconds: retry.age / 1000 }),
  }
}

function blamed({ origin }: ArchitectureNode, name: string, make: () => void): void {
  try {
    make()
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause
    throw new TerraceError('EVENTS_TEMPLATE', `${name} can't be made on EventBridge: ${cause.message}`, {
      hint: `change ${origin.logicalId} in the template`,
      place: origin.place,
      cause,
    })
  }
}
