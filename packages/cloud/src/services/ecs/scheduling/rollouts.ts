import type { Clock } from '@terrace/kit'
import type { Revision } from '../definitions/task-definitions.ts'
import type { Names } from '../names.ts'
import { type Deployment, failureThreshold, type Placement } from './deployment.ts'
import type { ServiceVoice } from './voice.ts'

/** How deployments of a service end badly. */
export interface RolloutRules {
  readonly desiredCount: number
  readonly circuitBreaker: { readonly enabled: boolean; readonly rollback: boolean }
  readonly alarms?: { readonly names: readonly string[]; readonly rollback: boolean } | undefined
}

/** What the deployments of a service work with. */
export interface RolloutSurroundings {
  readonly clock: Clock
  readonly names: Names
  readonly voice: ServiceVoice
  readonly rules: () => RolloutRules
  /** Whether any of these alarms is in ALARM. */
  readonly alarmed: (names: readonly string[]) => boolean
  /** Another deployment is the primary one: failures of the one before count no more. */
  readonly turned: () => void
}

/**
 * The deployments of a service: one is the primary, older ones stay as long as they have tasks. A deployment fails by its
 * circuit breaker or its alarms, and the last complete one becomes the primary again when it is rolled back.
 *
 * @see ECS Developer Guide, "How the Amazon ECS deployment circuit breaker detects failures", "How CloudWatch alarms detect
 * Amazon ECS deployment failures"
 */
export class Rollouts {
  readonly #on: RolloutSurroundings
  /** The primary one first. */
  #all: readonly Deployment[] = []
  /** Where a rollback leads, also when it has no tasks any more. */
  #lastComplete: Deployment | undefined

  constructor(on: RolloutSurroundings) {
    this.#on = on
  }

  get all(): readonly Deployment[] {
    return this.#all
  }

  get primary(): Deployment | undefined {
    return this.#all[0]
  }

  get inProgress(): boolean {
    return this.#all.length > 1 || this.primary?.rolloutState === 'IN_PROGRESS'
  }

  /** The older one whose tasks are replaced as long as it is needed. */
  get fallback(): Deployment | undefined {
    return this.#all.find(each => each !== this.primary && each.wasComplete)
  }

  find(id: string | undefined): Deployment | undefined {
    return this.#all.find(each => each.id === id)
  }

  begin(revision: Revision, placement: Placement): Deployment {
    const { clock, names, voice, rules, alarmed, turned } = this.#on
    const id = names.newDeploymentId()
    const deployment: Deployment = {
      id,
      revision,
      placement,
      createdAt: clock.now(),
      updatedAt: clock.now(),
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: `ECS deployment ${id} in progress.`,
      failedTasks: 0,
      wasComplete: false,
      ignoresAlarms: alarmed(rules().alarms?.names ?? []),
      saidBlocked: false,
    }
    this.#all = [deployment, ...this.#all]
    turned()
    voice.deployment('IN_PROGRESS', deployment, deployment.rolloutStateReason)
    return deployment
  }

  /** A task of a deployment has failed. */
  taskFailed(deployment: Deployment): void {
    if (deployment !== this.primary || deployment.rolloutState !== 'IN_PROGRESS') return
    deployment.failedTasks++
    deployment.updatedAt = this.#on.clock.now()
    const { circuitBreaker, desiredCount } = this.#on.rules()
    if (!circuitBreaker.enabled || deployment.failedTasks < failureThreshold(desiredCount)) return
    this.#fail(deployment, 'ECS deployment circuit breaker', 'task failed to start.', circuitBreaker.rollback)
  }

  /** Fails the primary deployment when one of its alarms is in ALARM, and wasn't when it began. */
  checkAlarms(): void {
    const { primary } = this
    const { alarms } = this.#on.rules()
    if (primary?.rolloutState !== 'IN_PROGRESS' || primary.ignoresAlarms || !alarms) return
    if (this.#on.alarmed(alarms.names)) this.#fail(primary, 'ECS deployment failed', 'alarm detected.', alarms.rollback)
  }

  /** Forgets older ones without tasks. */
  keep(hasTasks: (deployment: Deployment) => boolean): void {
    this.#all = this.#all.filter(each => each === this.primary || hasTasks(each))
  }

  /** The primary one is all there is, and well. */
  complete(): void {
    const { primary } = this
    if (primary?.rolloutState !== 'IN_PROGRESS') return
    const { clock, voice } = this.#on
    primary.rolloutState = 'COMPLETED'
    primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`
    primary.wasComplete = true
    primary.updatedAt = clock.now()
    this.#lastComplete = primary
    voice.say(`(deployment ${primary.id}) deployment completed.`)
    voice.deployment('COMPLETED', primary, primary.rolloutStateReason)
  }

  #fail(deployment: Deployment, who: string, why: string, rollback: boolean): void {
    const { clock, voice } = this.#on
    deployment.rolloutState = 'FAILED'
    deployment.rolloutStateReason = `${who}: ${why}`
    deployment.updatedAt = clock.now()
    voice.say(`(deployment ${deployment.id}) deployment failed: ${why.replace('task failed', 'tasks failed')}`)
    voice.deployment('FAILED', deployment, deployment.rolloutStateReason)
    if (rollback && this.#lastComplete && this.#lastComplete !== deployment) this.#rollBack(this.#lastComplete, who)
  }

  #rollBack(last: Deployment, who: string): void {
    const { clock, voice, turned } = this.#on
    last.rolloutState = 'IN_PROGRESS'
    last.rolloutStateReason = `${who}: rolling back to deploymentId ${last.id}`
    last.failedTasks = 0
    last.ignoresAlarms = true
    last.updatedAt = clock.now()
    this.#all = [last, ...this.#all.filter(each => each !== last)]
    turned()
    voice.say(`rolling back to deployment ${last.id}.`)
    voice.deployment('IN_PROGRESS', last, last.rolloutStateReason)
  }
}
