import type { Stop } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import type { TargetGroups } from '../../../ports.ts'
import type { ReportedHealth } from '../../elbv2/target-groups.ts'

type HealthListener = (targetGroup: NodeId, id: string, health: ReportedHealth) => void

/** Target groups without a balancer: a test says how a target is, and when it has drained. */
export class BareTargets implements TargetGroups {
  /** `register i-1`, `deregister i-1`, … in their order. */
  readonly log: string[]
  /** What a target is right after its registration. */
  firstHealth: ReportedHealth['state']
  /** Whether draining waits for `drained`. */
  slowDraining = false
  readonly #health = new Map<string, ReportedHealth>()
  readonly #listeners = new Set<HealthListener>()
  readonly #draining = new Map<string, () => void>()

  constructor(log: string[] = [], firstHealth: ReportedHealth['state'] = 'initial') {
    this.log = log
    this.firstHealth = firstHealth
  }

  register(targetGroup: NodeId, { id }: { readonly id: string }): void {
    this.log.push(`register ${id}`)
    this.#health.set(`${targetGroup} ${id}`, { state: this.firstHealth })
  }

  async deregister(targetGroup: NodeId, id: string): Promise<void> {
    this.log.push(`deregister ${id}`)
    this.#health.delete(`${targetGroup} ${id}`)
    if (!this.slowDraining) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#draining.set(id, resolve)
    await promise
  }

  healthOf(targetGroup: NodeId, id: string): ReportedHealth {
    return this.#health.get(`${targetGroup} ${id}`) ?? { state: 'unused' }
  }

  onHealth(listener: HealthListener): Stop {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The balancer reports how a target is now. */
  report(targetGroup: NodeId, id: string, state: ReportedHealth['state']): void {
    this.#health.set(`${targetGroup} ${id}`, { state })
    for (const listener of this.#listeners) listener(targetGroup, id, { state })
  }

  /** Nothing is under way to the target any more. */
  drained(id: string): void {
    this.#draining.get(id)?.()
    this.#draining.delete(id)
  }
}
