import { type Duration, type Stop, TerraceError } from '@terrace/kit'
import {
  type AutoScalingGroup,
  type CreationPolicy,
  displayName,
  type Instance,
  type NodeId,
  nodesOf,
} from '@terrace/model'
import { type Authorizer, createAuthorizer } from '../../identity/authorizer.ts'
import type { World } from '../../world.ts'
import { type CreationOutcome, SignalCount } from './creation.ts'
import { CannotBeSignaled, ValidationError } from './errors.ts'
import type { Creation, ResourceSignal, ResourceSignals } from './resource-signals.ts'
import { idOfStack, isStack } from './stacks.ts'

/** A resource that can wait for signals. */
type Waiting = AutoScalingGroup | Instance

/** What signals are counted for. */
interface Entry {
  readonly node: Waiting
  readonly policy: CreationPolicy
  readonly count: SignalCount
  status: Creation['status']
  reason: string | undefined
  stopTimer: Stop
  begun: boolean
}

/** How creations are waited for. */
export interface CreationOptions {
  /** In time of the machine, whatever the clock says. */
  readonly patience: Duration
  /** What doesn't run here signals nothing, and isn't waited for. */
  readonly isAwaited: (node: Waiting) => boolean
}

/** What the creations of all stacks wait for. */
export class Creations implements ResourceSignals {
  readonly #world: World
  readonly #patience: Duration
  readonly #authorizer: Authorizer
  readonly #entries: readonly Entry[]
  readonly #updates = new Map<NodeId, Parameters<ResourceSignals['collect']>[1]>()
  readonly #outcome = Promise.withResolvers<void>()

  constructor(world: World, { patience, isAwaited }: CreationOptions) {
    this.#world = world
    this.#patience = patience
    this.#authorizer = createAuthorizer(world)
    const { architecture } = world
    const candidates: readonly Waiting[] = [
      ...nodesOf(architecture, 'autoScalingGroup'),
      ...nodesOf(architecture, 'instance'),
    ]
    this.#entries = candidates.flatMap(node => (node.creation && isAwaited(node) ? [entryOf(node, node.creation)] : []))
    // Nobody may be waiting when it fails.
    this.#outcome.promise.catch(() => {})
    for (const entry of this.#entries) this.#decide(entry, entry.count.outcome)
    this.#settle()
  }

  get creations(): readonly Creation[] {
    return this.#entries.map(({ node, status, reason }) => ({ node: node.id, status, reason }))
  }

  created(): Promise<void> {
    return this.#outcome.promise
  }

  collect(node: NodeId, listener: Parameters<ResourceSignals['collect']>[1]): Stop {
    this.#updates.set(node, listener)
    return () => this.#updates.delete(node)
  }

  /** The first instance of a resource runs: from now on its time counts. */
  launched(owner: NodeId): void {
    const { clock, realtime } = this.#world
    for (const entry of this.#entries) {
      if (entry.node.id !== owner || entry.begun || entry.status !== 'CREATE_IN_PROGRESS') continue
      entry.begun = true
      const begun = realtime.now()
      entry.stopTimer = clock.after(entry.policy.timeout, () => {
        const rest = Math.min(this.#patience, entry.policy.timeout) - (realtime.now() - begun)
        const end = () => this.#decide(entry, entry.count.overdue)
        if (rest <= 0) return end()
        entry.stopTimer = realtime.after(rest, end)
      })
    }
  }

  send({ caller, from, ...signal }: ResourceSignal): void {
    const { architecture } = this.#world
    const origin = architecture.nodes.find(({ id }) => id === from)?.origin
    const stack = signal.stack ?? origin?.stack ?? ''
    if (caller) {
      const resource = idOfStack(architecture, stack) ?? '*'
      this.#authorizer.require(caller, { action: 'cloudformation:SignalResource', resource })
    }
    this.signal(stack, signal.resource ?? origin?.logicalId ?? '', signal)
  }

  /** @throws ValidationError, CannotBeSignaled */
  signal(
    stack: string,
    resource: string,
    {
      uniqueId,
      status,
      because,
    }: Pick<ResourceSignal, 'uniqueId' | 'status'> & { readonly because?: string | undefined },
  ): void {
    const { architecture } = this.#world
    const id = idOfStack(architecture, stack)
    if (id === undefined) throw new ValidationError(`Stack [${stack}] does not exist`)
    const known = architecture.nodes.find(
      ({ origin }) => origin.logicalId === resource && isStack(architecture, origin.stack, stack),
    )
    if (!known) throw new ValidationError(`Resource ${resource} does not exist for stack ${stack}`)
    const updating = this.#updates.get(known.id)
    if (updating) return updating(uniqueId, status === 'SUCCESS', because)
    const stackStatus = this.statusOf(known.origin.stack)
    if (stackStatus !== 'CREATE_IN_PROGRESS') throw new CannotBeSignaled(`Stack ${id}`, stackStatus)
    const entry = this.#entries.find(({ node }) => node.id === known.id)
    if (entry?.status !== 'CREATE_IN_PROGRESS') {
      throw new CannotBeSignaled(`Resource ${resource}`, entry?.status ?? 'CREATE_COMPLETE')
    }
    if (!entry.count.add(uniqueId, status === 'SUCCESS', because)) return
    this.#note(entry, 'signal', `${displayName(entry.node)}: received ${status} signal with UniqueId ${uniqueId}`)
    this.#decide(entry, entry.count.outcome)
  }

  lost({ uniqueId, from }: Pick<ResourceSignal, 'uniqueId' | 'from'>, because: string): void {
    for (const { node, count } of this.#entries) if (node.id === from) count.lose(uniqueId, because)
  }

  stop(): void {
    for (const { stopTimer } of this.#entries) stopTimer()
  }

  #decide(entry: Entry, outcome: CreationOutcome | undefined): void {
    if (!outcome || entry.status !== 'CREATE_IN_PROGRESS') return
    entry.stopTimer()
    if (outcome.kind === 'complete') {
      entry.status = 'CREATE_COMPLETE'
      this.#note(
        entry,
        'created',
        `${displayName(entry.node)} is created: it has the signals that its creation policy wants`,
      )
    } else this.#fail(entry, outcome)
    this.#settle()
  }

  #fail(entry: Entry, { reason, because }: Extract<CreationOutcome, { kind: 'failed' }>): void {
    entry.status = 'CREATE_FAILED'
    entry.reason = reason
    const { node } = entry
    const cause = because.length > 0 ? because.join('; ') : silence(node)
    const message = `${node.origin.logicalId} (${node.origin.type}) failed to create: ${reason}`
    this.#note(entry, 'createFailed', `${message}: ${cause}`)
    this.#outcome.reject(
      new TerraceError('STACK_CREATE_FAILED', `${message}: ${cause}`, {
        place: node.origin.place,
        hint: 'on AWS the stack would be rolled back; terrace logs shows what the instances printed',
      }),
    )
  }

  #settle(): void {
    if (this.#entries.every(({ status }) => status === 'CREATE_COMPLETE')) this.#outcome.resolve()
  }

  /** How far the creation of a stack is. */
  statusOf(stack: string): Creation['status'] {
    const statuses = this.#entries.filter(({ node }) => node.origin.stack === stack).map(({ status }) => status)
    if (statuses.includes('CREATE_FAILED')) return 'CREATE_FAILED'
    return statuses.includes('CREATE_IN_PROGRESS') ? 'CREATE_IN_PROGRESS' : 'CREATE_COMPLETE'
  }

  #note({ node }: Entry, what: string, message: string): void {
    this.#world.journal.write({ kind: `cloudformation.${what}`, node: node.id, message })
  }
}

const entryOf = (node: Waiting, policy: CreationPolicy): Entry => ({
  node,
  policy,
  count: new SignalCount(node.kind === 'instance' ? 'instance' : 'group', policy),
  status: 'CREATE_IN_PROGRESS',
  reason: undefined,
  stopTimer: () => {},
  begun: false,
})

/** Why nobody has said anything. */
const silence = ({ machine }: Waiting): string =>
  /cfn-signal|signal-resource/.test(machine.userData)
    ? 'its instances have not come so far'
    : 'nothing in its user data calls cfn-signal'
