import { messageOf, TerraceError } from '@terrace/kit'
import type { Architecture, NodeKind } from '@terrace/model'
import type { Journal } from '../journal.ts'
import type { LiveArchitecture } from './live-architecture.ts'
import { inverse, nodeChanges } from './node-changes.ts'
import type { NodeChange } from './node-update.ts'
import { refusals, type Updatable, updateOf } from './refusals.ts'
import { type ChangedResource, STACK_EVENT, type StackEvent, type StackStatus } from './stack-event.ts'

/** What an update works with. */
export interface UpdateSurroundings {
  readonly architecture: LiveArchitecture
  readonly journal: Journal
  /** The running services, as they are now. */
  readonly services: () => readonly Updatable[]
  readonly isEmulated: (kind: NodeKind) => boolean
}

/** A changed template for a running system. */
export interface UpdateRequest {
  readonly architecture: Architecture
  /** What changes as CloudFormation counts it, in the order of application: its events are written by these. */
  readonly resources?: readonly ChangedResource[]
  readonly onEvent?: (event: StackEvent) => void
}

/** How it ended. */
export type UpdateOutcome =
  | { readonly status: 'UPDATE_COMPLETE' }
  | { readonly status: 'UPDATE_ROLLBACK_COMPLETE' | 'UPDATE_ROLLBACK_FAILED'; readonly reason: string }

/**
 * Brings another architecture into a running system: everything that can't be done in place is known before anything
 * happens; a change that fails takes all that were made before it back, in the reverse order.
 *
 * differs: changes are made one after the other; CloudFormation makes those at once that don't depend on one another
 * @see CloudFormation User Guide, "Understand update behaviors of stack resources"
 */
export class Updater {
  readonly #on: UpdateSurroundings
  #running = false

  constructor(on: UpdateSurroundings) {
    this.#on = on
  }

  /** Why an update would be refused, a sentence each. */
  refusals(next: Architecture): readonly string[] {
    const { architecture, services, isEmulated } = this.#on
    return refusals(nodeChanges(architecture.current, next), services(), isEmulated)
  }

  /** @throws TerraceError UPDATE_REFUSED, UPDATE_IN_PROGRESS: nothing has happened then */
  async update(request: UpdateRequest, signal: AbortSignal): Promise<UpdateOutcome> {
    const { architecture: live } = this.#on
    if (this.#running) throw new TerraceError('UPDATE_IN_PROGRESS', `${live.name} is being updated already`)
    const refused = this.refusals(request.architecture)
    if (refused.length > 0) {
      throw new TerraceError('UPDATE_REFUSED', `cannot be updated while it runs:\n  ${refused.join('\n  ')}`, {
        hint: `nothing was changed; terrace down ${live.name}, then terrace up, starts it anew`,
      })
    }
    this.#running = true
    try {
      return await this.#run(request, signal)
    } finally {
      this.#running = false
    }
  }

  async #run(request: UpdateRequest, signal: AbortSignal): Promise<UpdateOutcome> {
    const { architecture: live } = this.#on
    const before = live.current
    const after = request.architecture
    const changes = nodeChanges(before, after)
    const voice = new Voice(this.#on.journal, request, changes)
    const removals = changes.filter(change => !change.after)
    const made: NodeChange[] = []
    voice.stacks('UPDATE_IN_PROGRESS', 'User Initiated')
    // What goes is still there while the rest is changed.
    live.become(united(before, after, removals))
    for (const change of changes.filter(change => change.after)) {
      made.push(change)
      voice.begins(change)
      try {
        await this.#apply(change, signal)
      } catch (error) {
        const because = messageOf(error)
        voice.failed(change, because)
        return await this.#rollBack({ before, made, voice, because }, signal)
      }
      voice.done(change)
    }
    voice.others()
    live.become(after)
    voice.stacks('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')
    for (const change of removals) {
      voice.begins(change)
      try {
        await this.#apply(change, signal)
        voice.done(change)
      } catch (error) {
        // As on AWS: what can't be deleted in the clean-up stays, and the update has succeeded.
        voice.failed(change, messageOf(error))
      }
    }
    voice.stacks('UPDATE_COMPLETE')
    return { status: 'UPDATE_COMPLETE' }
  }

  async #rollBack(
    { before, made, voice, because }: { before: Architecture; made: NodeChange[]; voice: Voice; because: string },
    signal: AbortSignal,
  ): Promise<UpdateOutcome> {
    const failed = made.at(-1)
    const name = (failed?.after ?? failed?.before)?.origin.logicalId ?? ''
    const reason = `The following resource(s) failed to ${failed?.before ? 'update' : 'create'}: [${name}].`
    voice.stacks('UPDATE_ROLLBACK_IN_PROGRESS', reason)
    this.#on.architecture.become(before)
    const problems: string[] = []
    // Not the last change first: an old service needs its old task definition again before it can go back to it.
    const changed = made.filter(change => change.before)
    const added = made.filter(change => !change.before).toReversed()
    for (const change of [...changed, ...added].map(inverse)) {
      voice.begins(change, true)
      try {
        await this.#apply(change, signal)
        voice.done(change)
      } catch (error) {
        problems.push(`${change.id}: ${messageOf(error)}`)
        voice.failed(change, messageOf(error))
      }
    }
    const status = problems.length === 0 ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_FAILED'
    voice.stacks(status)
    return { status, reason: [`${name}: ${because}`, ...problems].join('; ') }
  }

  async #apply(change: NodeChange, signal: AbortSignal): Promise<void> {
    if (!this.#on.isEmulated(change.kind)) return
    await updateOf(this.#on.services(), change.kind)?.apply(change as never, signal)
  }
}

/** Both: the new one, and what goes. */
const united = (before: Architecture, after: Architecture, removals: readonly NodeChange[]): Architecture => {
  const ids = new Set(removals.map(({ id }) => id))
  const wanted = new Set(after.nodes.map(({ id }) => id))
  const gone = before.nodes.filter(({ id }) => ids.has(id) && !wanted.has(id))
  return gone.length === 0 ? after : { ...after, nodes: [...after.nodes, ...gone] }
}

/** Says what happens in CloudFormation's words: to the journal, and to whoever asked for the update. */
class Voice {
  readonly #journal: Journal
  readonly #request: UpdateRequest
  readonly #resources: ReadonlyMap<string, ChangedResource>
  readonly #others: readonly ChangedResource[]
  readonly #stacks: readonly { readonly name: string; readonly id: string }[]

  constructor(journal: Journal, request: UpdateRequest, changes: readonly NodeChange[]) {
    const { resources = [], architecture } = request
    const nodes = new Map(
      changes.flatMap(({ id, before, after }) => ((after ?? before) ? [[id, after ?? before]] : [])),
    )
    this.#journal = journal
    this.#request = request
    this.#resources = new Map(resources.map(resource => [resource.id, resource]))
    this.#others = resources.filter(({ id }) => !nodes.has(id))
    const touched = new Set([
      ...resources.map(({ stack }) => stack),
      ...[...nodes.values()].flatMap(node => node?.origin.stack ?? []),
    ])
    this.#stacks = [...touched].map(name => ({
      name,
      id: architecture.stacks.find(stack => stack.name === name)?.id ?? name,
    }))
  }

  stacks(status: StackStatus, reason?: string): void {
    for (const { name, id } of this.#stacks) {
      this.#say({
        stack: name,
        logicalId: name,
        physicalId: id,
        type: 'AWS::CloudFormation::Stack',
        status,
        ...(reason === undefined ? {} : { reason }),
      })
    }
  }

  begins(change: NodeChange, again = false): void {
    const replaced = !again && change.before && this.#resources.get(change.id)?.replacement === 'always'
    const reason = 'Requested update requires the creation of a new physical resource; hence creating one.'
    this.#about(change, `${verb(change)}_IN_PROGRESS`, replaced ? reason : undefined)
  }

  done(change: NodeChange): void {
    this.#about(change, `${verb(change)}_COMPLETE`)
  }

  failed(change: NodeChange, reason: string): void {
    this.#about(change, `${verb(change)}_FAILED`, reason)
  }

  /** Resources that are parts of other nodes were changed with these. */
  others(): void {
    for (const resource of this.#others) {
      const what = { add: 'CREATE', modify: 'UPDATE', remove: 'DELETE' } as const
      this.#say({ ...resource, status: `${what[resource.action]}_COMPLETE` })
    }
  }

  #about({ id, before, after }: NodeChange, status: StackStatus, reason?: string): void {
    const node = after ?? before
    // A node whose own resource is the same is changed because of a part of it, which has events of its own.
    if (!node || (this.#request.resources && !this.#resources.has(id))) return
    const { stack, logicalId, type } = node.origin
    const { physicalId } = node
    this.#say({ stack, logicalId, physicalId, type, status, ...(reason === undefined ? {} : { reason }) })
  }

  #say(event: StackEvent): void {
    const { stack, logicalId, physicalId, type, status, reason } = event
    const said: StackEvent = { stack, logicalId, physicalId, type, status, ...(reason === undefined ? {} : { reason }) }
    const why = reason === undefined ? '' : `: ${reason}`
    this.#journal.write({
      kind: STACK_EVENT,
      node: `${stack}/${logicalId}`,
      message: `${status} ${type} ${logicalId}${why}`,
      details: { ...said },
    })
    this.#request.onEvent?.(said)
  }
}

const verb = ({ before, after }: NodeChange) => (!before ? 'CREATE' : after ? 'UPDATE' : 'DELETE')
