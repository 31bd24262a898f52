import { type Instant, messageOf } from '@terrace/kit'
import { getNode, type NodeId } from '@terrace/model'
import type { TargetGroups } from '../../ports.ts'
import type { GroupState } from './group-state.ts'
import type { Member } from './member.ts'

/**
 * The state of a target group at an Auto Scaling group.
 * @see Amazon EC2 Auto Scaling User Guide, "Verify the attachment status of your load balancer"
 */
export type AttachmentState = 'Adding' | 'Added' | 'InService' | 'Removing'

/** The target groups of a group: registers its instances there, and knows whether their health counts yet. */
export class TargetAttachments {
  readonly #state: GroupState
  readonly #targets: TargetGroups
  readonly #states = new Map<NodeId, AttachmentState>()
  readonly #registered = new Map<string, Set<NodeId>>()

  constructor(state: GroupState, targets: TargetGroups) {
    this.#state = state
    this.#targets = targets
    for (const group of state.definition.targetGroups) this.#states.set(group, 'Added')
  }

  get all(): readonly { readonly targetGroup: NodeId; readonly arn: string; readonly state: AttachmentState }[] {
    const { architecture } = this.#state.world
    return [...this.#states].map(([targetGroup, state]) => ({
      targetGroup,
      arn: getNode(architecture, targetGroup, 'targetGroup').arn,
      state,
    }))
  }

  /** Makes a member receive requests. While `AddToLoadBalancer` is suspended it doesn't, and isn't registered later. */
  register(member: Member): void {
    if (this.#state.processes.has('AddToLoadBalancer')) return
    for (const [group, state] of this.#states) if (state !== 'Removing') this.#registerAt(group, member)
  }

  /** Resolves when nothing is under way to the member any more, or the deregistration delay is over. */
  async deregister(member: Member): Promise<void> {
    const groups = [...(this.#registered.get(member.id) ?? [])]
    this.#registered.delete(member.id)
    await Promise.all(groups.map(group => this.#targets.deregister(group, member.id)))
  }

  isRegistered(member: Member): boolean {
    return (this.#registered.get(member.id)?.size ?? 0) > 0
  }

  /** A target has been healthy: from then on the health checks of that target group count. */
  sawHealthy(targetGroup: NodeId, id: string): boolean {
    const state = this.#states.get(targetGroup)
    if (!this.#state.definition.healthChecks.elb || state !== 'Added' || !this.#state.members.has(id)) return false
    this.#states.set(targetGroup, 'InService')
    return true
  }

  /** What target groups in service say of a member; those that don't count say nothing. */
  healthOf(member: Member): readonly string[] {
    if (!this.#state.definition.healthChecks.elb) return []
    return [...(this.#registered.get(member.id) ?? [])]
      .filter(group => this.#states.get(group) === 'InService')
      .map(group => this.#targets.healthOf(group, member.id).state)
  }

  /** Registers every member in service with more target groups. */
  attach(groups: readonly NodeId[]): void {
    for (const group of groups) {
      if (this.#states.has(group)) continue
      this.#states.set(group, 'Added')
      for (const member of this.#state.active) if (member.state === 'InService') this.#registerAt(group, member)
    }
    this.#remember()
  }

  /** Takes every member out of target groups; they are listed as `Removing` until all have drained. */
  detach(groups: readonly NodeId[]): void {
    for (const group of groups) {
      if (!this.#states.has(group)) continue
      this.#states.set(group, 'Removing')
      const ids = [...this.#registered].filter(([, at]) => at.delete(group)).map(([id]) => id)
      Promise.all(ids.map(id => this.#targets.deregister(group, id))).then(
        () => {
          this.#states.delete(group)
          this.#remember()
        },
        error => this.#state.note('autoscaling.failed', `detaching a target group failed: ${messageOf(error)}`),
      )
    }
  }

  #registerAt(group: NodeId, member: Member): void {
    const at = this.#registered.get(member.id) ?? new Set()
    try {
      this.#targets.register(group, { id: member.id, networkInterface: member.instance.networkInterface })
      this.#registered.set(member.id, at.add(group))
    } catch (error) {
      this.#state.note('autoscaling.failed', `${member.id} could not be registered: ${messageOf(error)}`, member.id)
    }
  }

  #remember(): void {
    this.#state.update({ targetGroups: [...this.#states.keys()] })
  }
}

/** Whether a member serves, is warmed up and, where the balancer's health counts, healthy. */
export function isReady(state: GroupState, attachments: TargetAttachments, member: Member, now: Instant): boolean {
  if (member.state !== 'InService' || member.healthStatus === 'Unhealthy') return false
  if (now < warmAt(state, member)) return false
  return attachments.healthOf(member).every(health => health === 'healthy' || health === 'unused')
}

/** When a member in service has warmed up: by what the refresh under way says, else by the group's default. */
export const warmAt = (state: GroupState, member: Member): Instant =>
  (member.inServiceAt ?? 0) + (state.refreshWarmup ?? state.definition.defaultInstanceWarmup ?? 0)
