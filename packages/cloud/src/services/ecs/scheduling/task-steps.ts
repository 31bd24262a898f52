import { REASONS } from '../tasks/reasons.ts'
import type { TaskBook } from '../tasks/task-book.ts'
import type { TaskTarget } from '../tasks/task-request.ts'
import type { Deployment } from './deployment.ts'
import type { Launched, TaskLauncher } from './launcher.ts'
import type { OwnTasks } from './own-tasks.ts'
import type { Plan } from './plan.ts'
import type { Rollouts } from './rollouts.ts'
import { listed } from './service-events.ts'
import type { Judgement } from './standing.ts'
import type { StartThrottle } from './throttle.ts'
import type { ServiceVoice } from './voice.ts'

/** What the steps of a service are taken with. */
export interface StepSite {
  readonly book: TaskBook
  readonly own: OwnTasks
  readonly launcher: TaskLauncher
  readonly throttle: StartThrottle
  readonly rollouts: Rollouts
  readonly voice: ServiceVoice
  /** A task of that deployment never ran. */
  readonly failed: (deployment: Deployment) => void
}

/** Takes the steps of a plan: starts tasks and stops them, and says so. */
export class TaskSteps {
  readonly #on: StepSite
  #saidNotPlaced: string | undefined

  constructor(on: StepSite) {
    this.#on = on
  }

  /** Another version begins anew. */
  reset(): void {
    this.#saidNotPlaced = undefined
  }

  start(steps: Plan['start'], targets: readonly TaskTarget[]): void {
    const { throttle, rollouts, launcher, own, voice } = this.#on
    if (throttle.holds) return
    for (const { deployment: id, count } of steps) {
      const deployment = rollouts.find(id)
      if (!deployment) continue
      const { started, failure } = launcher.launch(deployment, count, targets, () => own.live)
      if (started.length > 0) voice.say(`has started ${started.length} tasks: ${listed(started)}.`)
      if (failure) this.#notPlaced(deployment, failure)
      else this.#saidNotPlaced = undefined
    }
  }

  stop(steps: Plan['stop'], judged: ReadonlyMap<string, Judgement>): void {
    const { book, throttle, rollouts, voice } = this.#on
    const stopped = steps.flatMap(({ task: id, because }) => {
      const task = book.find(id)
      if (!task) return []
      const deployment = rollouts.find(task.request.startedBy)
      const reason =
        because === 'unhealthy'
          ? (judged.get(id)?.because ?? REASONS.container)
          : REASONS.scaling(rollouts.primary?.id ?? task.request.startedBy ?? '')
      const wasRunning = task.lastStatus === 'RUNNING'
      void task.stop('ServiceSchedulerInitiated', reason)
      if (because === 'unhealthy') throttle.replaces(task.createdAt)
      if (because === 'unhealthy' && deployment) rollouts.taskFailed(deployment)
      return wasRunning ? [task.id] : []
    })
    if (stopped.length > 0) voice.say(`has stopped ${stopped.length} running tasks: ${listed(stopped)}.`)
  }

  // Capacity may be there at the next round; a role that isn't trusted is a failure like any other.
  #notPlaced(deployment: Deployment, { reason, kind }: NonNullable<Launched['failure']>): void {
    const { throttle, voice, failed } = this.#on
    throttle.notPlaced()
    if (this.#saidNotPlaced !== reason) {
      this.#saidNotPlaced = reason
      if (kind === 'capacity') voice.say(`was unable to place a task. Reason: ${reason}`)
      else voice.say(`failed to launch a task with (error ${reason}).`)
      voice.action('SERVICE_TASK_PLACEMENT_FAILURE', 'ERROR', {
        reason: kind === 'capacity' ? 'RESOURCE:FARGATE' : reason,
      })
    }
    if (kind === 'role') failed(deployment)
  }
}
