import type { Duration } from '@terrace/kit'
import { type Architecture, getNode, type NodeId } from '@terrace/model'
import { LIMITS } from '../limits.ts'
import type { Task } from '../tasks/task.ts'
import type { Deployment } from './deployment.ts'
import { TaskMarks } from './marks.ts'
import type { Rollouts } from './rollouts.ts'
import type { Judgement } from './standing.ts'
import type { StartThrottle } from './throttle.ts'
import type { ServiceVoice } from './voice.ts'

/** What follows from a service's tasks. */
export interface WatchSite {
  readonly architecture: Architecture
  readonly voice: ServiceVoice
  readonly throttle: StartThrottle
  readonly rollouts: Rollouts
  readonly gracePeriod: () => Duration
  /** The service has to be looked at again after that time. */
  readonly lookAfter: (span: Duration) => void
}

/** Follows the tasks of a service: says what happens to each once, and counts it for throttle and circuit breaker. */
export class TaskWatch {
  readonly #on: WatchSite
  readonly #marks = new TaskMarks()

  constructor(on: WatchSite) {
    this.#on = on
  }

  /** A task is in another state than before. */
  changed(task: Task): void {
    if (task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING') this.#ran(task)
    if (task.lastStatus === 'DEACTIVATING') this.#deactivating(task)
    if (task.desiredStatus === 'STOPPED') this.#ends(task)
    if (task.lastStatus === 'STOPPED') this.#marks.forget(task.id)
  }

  /** Healthy tasks end a row of failures; what turns unhealthy is said once. */
  judged(tasks: readonly Task[], judgements: ReadonlyMap<string, Judgement>): void {
    for (const task of tasks) {
      const { standing, target } = judgements.get(task.id) ?? {}
      if (standing === 'healthy' && this.#marks.set(task.id, 'well')) {
        const deployment = this.#deploymentOf(task)
        if (deployment) deployment.failedTasks = 0
      }
      if (standing === 'unhealthy' && target && this.#marks.set(task.id, 'unhealthy')) {
        const { arn, port, reason } = target
        this.#on.voice.say(
          `(task ${task.id}) (port ${port}) is unhealthy in (target-group ${arn}) due to (reason ${reason}).`,
        )
      }
    }
  }

  /** A task of that deployment never ran. */
  failed(deployment: Deployment): void {
    const { throttle, voice, rollouts } = this.#on
    if (throttle.failed()) {
      voice.say('is unable to consistently start tasks successfully.')
      voice.action('SERVICE_TASK_START_IMPAIRED', 'WARN')
    }
    rollouts.taskFailed(deployment)
  }

  #ran(task: Task): void {
    if (!this.#marks.set(task.id, 'ran')) return
    const { throttle, voice, gracePeriod, lookAfter } = this.#on
    throttle.ran()
    for (const { targetGroup } of task.request.targets) voice.say(`registered 1 targets in ${this.#group(targetGroup)}`)
    for (const span of [LIMITS.healthyAfter, gracePeriod()]) if (span > 0) lookAfter(span)
  }

  #deactivating(task: Task): void {
    if (!this.#marks.set(task.id, 'deactivating')) return
    const { voice } = this.#on
    for (const { targetGroup } of task.request.targets) {
      voice.say(`deregistered 1 targets in ${this.#group(targetGroup)}`)
    }
    voice.sayOf(task.request.startedBy, 'has begun draining connections on 1 tasks.')
  }

  /** Whatever ends it, it counts from the first moment on: its replacement may have to wait. */
  #ends(task: Task): void {
    if (!this.#marks.set(task.id, 'ending')) return
    const { throttle, rollouts } = this.#on
    const deployment = this.#deploymentOf(task)
    if (task.stopCode === 'TaskFailedToStart' && deployment) this.failed(deployment)
    if (task.stopCode !== 'EssentialContainerExited') return
    throttle.replaces(task.createdAt)
    // It ended by itself before it ever counted as well.
    if (deployment && !this.#marks.has(task.id, 'well')) rollouts.taskFailed(deployment)
  }

  #deploymentOf({ request }: Task): Deployment | undefined {
    return this.#on.rollouts.find(request.startedBy)
  }

  #group(id: NodeId): string {
    return `(target-group ${getNode(this.#on.architecture, id, 'targetGroup').arn})`
  }
}
