import { digest } from '@terrace/kit'
import {
  type Architecture,
  type Listener,
  type ListenerRule,
  type LoadBalancer,
  type NodeId,
  nodesOf,
  type TargetGroup,
} from '@terrace/model'

/** A rule with its name. */
export interface NamedRule extends ListenerRule {
  readonly arn: string
}

/** A listener whose rules have names. */
export interface NamedListener extends Listener {
  readonly rules: readonly NamedRule[]
}

/** Told after each change. */
export interface StateListener {
  loadBalancerChanged(loadBalancer: LoadBalancer): void
  listenerChanged(listener: NamedListener): void
  targetGroupChanged(targetGroup: TargetGroup): void
}

/** What the template says of balancers, and what was changed of it since. */
export class BalancingState {
  readonly architecture: Architecture
  readonly #loadBalancers: Map<NodeId, LoadBalancer>
  readonly #listeners: Map<NodeId, NamedListener>
  readonly #targetGroups: Map<NodeId, TargetGroup>
  readonly tags = new Map<string, Map<string, string>>()
  listener: StateListener | undefined

  constructor(architecture: Architecture) {
    this.architecture = architecture
    this.#loadBalancers = new Map(nodesOf(architecture, 'loadBalancer').map(node => [node.id, node]))
    this.#listeners = new Map(nodesOf(architecture, 'listener').map(node => [node.id, withNames(node)]))
    this.#targetGroups = new Map(nodesOf(architecture, 'targetGroup').map(node => [node.id, node]))
    for (const node of [...this.loadBalancers, ...this.listeners, ...this.targetGroups]) {
      this.tags.set(node.arn, new Map(Object.entries(node.tags)))
    }
  }

  get loadBalancers(): readonly LoadBalancer[] {
    return [...this.#loadBalancers.values()]
  }

  get listeners(): readonly NamedListener[] {
    return [...this.#listeners.values()]
  }

  get targetGroups(): readonly TargetGroup[] {
    return [...this.#targetGroups.values()]
  }

  loadBalancer(id: NodeId): LoadBalancer | undefined {
    return this.#loadBalancers.get(id)
  }

  targetGroup(id: NodeId): TargetGroup | undefined {
    return this.#targetGroups.get(id)
  }

  listenersOf(loadBalancer: NodeId): readonly NamedListener[] {
    return this.listeners.filter(listener => listener.loadBalancer === loadBalancer)
  }

  /** The groups that the rules of a balancer forward to. */
  targetGroupsOf(loadBalancer: NodeId): readonly TargetGroup[] {
    const used = new Set(this.listenersOf(loadBalancer).flatMap(({ rules }) => rules.flatMap(forwardedTo)))
    return this.targetGroups.filter(({ id }) => used.has(id))
  }

  /** The balancer whose rules use a group: one at most. */
  balancerOf(targetGroup: NodeId): LoadBalancer | undefined {
    const listener = this.listeners.find(({ rules }) => rules.some(rule => forwardedTo(rule).includes(targetGroup)))
    return listener && this.loadBalancer(listener.loadBalancer)
  }

  /** A target group that is new in the template, or as the template has it now. */
  bringTargetGroup(node: TargetGroup): void {
    this.#targetGroups.set(node.id, node)
    if (!this.tags.has(node.arn)) this.tags.set(node.arn, new Map(Object.entries(node.tags)))
    this.listener?.targetGroupChanged(node)
  }

  /** The template has it no more, and no rule uses it. */
  dropTargetGroup(id: NodeId): void {
    const known = this.#targetGroups.get(id)
    if (known) this.tags.delete(known.arn)
    this.#targetGroups.delete(id)
  }

  /** A listener as the template has it now, with what was changed of its rules since taken back. */
  bringListener(node: Listener): void {
    const listener = withNames(node)
    this.#listeners.set(node.id, listener)
    if (!this.tags.has(node.arn)) this.tags.set(node.arn, new Map(Object.entries(node.tags)))
    this.listener?.listenerChanged(listener)
  }

  /** The template has it no more: nobody is listened to at its port. */
  dropListener(id: NodeId): void {
    const known = this.#listeners.get(id)
    if (!known) return
    this.tags.delete(known.arn)
    this.#listeners.delete(id)
    this.listener?.listenerChanged(known)
  }

  /** What the template has changed of its tags; what was tagged since the start stays. */
  retag(arn: string, before: Tags, after: Tags): void {
    const tags = this.tags.get(arn)
    if (!tags) return
    for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) tags.delete(key)
    for (const [key, value] of Object.entries(after)) if (before[key] !== value) tags.set(key, value)
  }

  changeLoadBalancer(id: NodeId, change: Partial<LoadBalancer>): void {
    const changed = changedIn(this.#loadBalancers, id, change)
    if (changed) this.listener?.loadBalancerChanged(changed)
  }

  changeListener(id: NodeId, change: Partial<NamedListener>): void {
    const changed = changedIn(this.#listeners, id, change)
    if (changed) this.listener?.listenerChanged(changed)
  }

  changeTargetGroup(id: NodeId, change: Partial<TargetGroup>): void {
    const changed = changedIn(this.#targetGroups, id, change)
    if (changed) this.listener?.targetGroupChanged(changed)
  }
}

type Tags = Readonly<Record<string, string>>

/** Whether each node of the balancer uses the targets of all zones. */
export const isCrossZone = ({ crossZone }: TargetGroup, loadBalancer: LoadBalancer): boolean =>
  crossZone === 'use_load_balancer_configuration' ? loadBalancer.crossZone : crossZone

/** The position of a rule: the default one comes last. */
export const orderOf = ({ priority }: ListenerRule): number =>
  priority === 'default' ? Number.POSITIVE_INFINITY : priority

const forwardedTo = ({ action }: ListenerRule): readonly NodeId[] =>
  action.kind === 'forward' ? action.targetGroups.map(({ node }) => node) : []

function changedIn<Node>(nodes: Map<NodeId, Node>, id: NodeId, change: Partial<Node>): Node | undefined {
  const before = nodes.get(id)
  if (before === undefined) return undefined
  const after = { ...before, ...change }
  nodes.set(id, after)
  return after
}

/** The ARN of a rule of a listener. @param seed  what tells it from the listener's other rules */
export const ruleArn = (listener: Listener, seed: string): string =>
  `${listener.arn.replace(':listener/', ':listener-rule/')}/${digest(`${listener.arn} ${seed}`, 16)}`

const withNames = (listener: Listener): NamedListener => ({
  ...listener,
  rules: listener.rules.map(rule => ({ ...rule, arn: rule.arn ?? ruleArn(listener, String(rule.priority)) })),
})
