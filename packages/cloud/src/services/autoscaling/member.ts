import type { Instant } from '@terrace/kit'
import type { Instance } from '../../ports.ts'
import { checkTransition, type LifecycleState } from './lifecycle.ts'

export type HealthStatus = 'Healthy' | 'Unhealthy'

/** An instance of a group: where it is in its life, and what the group knows of its health. */
export class Member {
  readonly instance: Instance
  /** Which of the group's launch templates it came from; higher is newer. */
  readonly generation: number
  healthStatus: HealthStatus = 'Healthy'
  protectedFromScaleIn: boolean
  /** When it became `InService` for the last time. */
  inServiceAt: Instant | undefined
  /** Health checks of the balancer count from then on. */
  graceUntil: Instant = 0
  /** It goes as soon as another one serves in its place. The sentence says why. */
  leaving: { readonly cause: (at: Instant) => string } | undefined
  /** Why it was found unhealthy, in AWS's words. */
  unhealthyCause: ((at: Instant) => string) | undefined
  /** Whether it was taken out because the group shrinks: it still counts for the next decision to shrink. */
  scaledIn = false
  #state: LifecycleState = 'Pending'

  constructor(instance: Instance, generation: number, protectedFromScaleIn: boolean) {
    this.instance = instance
    this.generation = generation
    this.protectedFromScaleIn = protectedFromScaleIn
  }

  get id(): string {
    return this.instance.id
  }

  get state(): LifecycleState {
    return this.#state
  }

  /** @throws TerraceError AUTOSCALING_TRANSITION when the life cycle has no such step */
  moveTo(state: LifecycleState): void {
    checkTransition(this.id, this.#state, state)
    this.#state = state
  }
}
