import { type Clock, type Duration, type Stop, seconds } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import type { TargetGroups } from '../../../ports.ts'

type Health = ReturnType<TargetGroups['healthOf']>
type Listener = Parameters<TargetGroups['onHealth']>[0]

const UNUSED: Health = { state: 'unused', reason: 'Target.NotRegistered' }

/** Target groups without a balancer: a test says how targets are; draining takes the deregistration delay. */
export class IpTargets implements TargetGroups {
  /** Right after the registration. */
  firstHealth: Health['state'] = 'healthy'
  delay: Duration = seconds(30)
  /** `register 10.0.2.4`, `deregister 10.0.2.4`, … in their order. */
  readonly log: string[] = []
  readonly #clock: Clock
  readonly #health = new Map<string, Health>()
  readonly #listeners = new Set<Listener>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  register(targetGroup: NodeId, { id }: { readonly id: string }): void {
    this.log.push(`register ${id}`)
    this.#set(targetGroup, id, { state: this.firstHealth })
  }

  async deregister(targetGroup: NodeId, id: string): Promise<void> {
    if (!this.#health.has(`${targetGroup} ${id}`)) return
    this.log.push(`deregister ${id}`)
    this.#set(targetGroup, id, { state: 'draining' })
    this.#clock.after(this.delay, () => {
      this.#health.delete(`${targetGroup} ${id}`)
      this.#tell(targetGroup, id, UNUSED)
    })
  }

  healthOf(targetGroup: NodeId, id: string): Health {
    return this.#health.get(`${targetGroup} ${id}`) ?? UNUSED
  }

  onHealth(listener: Listener): Stop {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The balancer reports how a target is now. */
  report(targetGroup: NodeId, id: string, state: Health['state']): void {
    this.#set(targetGroup, id, state === 'unhealthy' ? { state, description: 'Health checks failed' } : { state })
  }

  #set(targetGroup: NodeId, id: string, health: Health): void {
    this.#health.set(`${targetGroup} ${id}`, health)
    this.#tell(targetGroup, id, health)
  }

  #tell(targetGroup: NodeId, id: string, health: Health): void {
    for (const listener of [...this.#listeners]) listener(targetGroup, id, health)
  }
}
