import { messageOf } from '@terrace/kit'
import { sendEvent } from '../../../events.ts'
import { LaunchFailure } from '../../../workload/launch-failure.ts'
import type { World } from '../../../world.ts'
import { describeTask, eventTime } from './describe-task.ts'
import type { Task } from './task.ts'

/** How a task tells what becomes of it: in the journal, and on the event bus. */
export class TaskVoice {
  /** Nothing is told any more. */
  silent = false
  readonly #world: World
  readonly #task: Task

  constructor(world: World, task: Task) {
    this.#world = world
    this.#task = task
  }

  /** What the task is now. @see ECS Developer Guide, "Amazon ECS task state change events" */
  announce(): void {
    const task = this.#task
    const { id, zone, request, lastStatus, stoppedReason } = task
    const because = lastStatus === 'STOPPED' && stoppedReason !== undefined ? `: ${stoppedReason}` : ''
    this.note(`ecs.${lastStatus.toLowerCase()}`, `task ${id} of ${request.group} in ${zone} is ${lastStatus}${because}`)
    sendEvent(this.#world, {
      source: 'aws.ecs',
      detailType: 'ECS Task State Change',
      resources: [task.arn],
      detail: describeTask(task, this.#world.architecture, eventTime),
    })
  }

  /** Why a start came to nothing. */
  failed(error: unknown): void {
    const notHere = error instanceof LaunchFailure && error.problem.kind === 'notHere'
    const { id, request } = this.#task
    this.note(notHere ? 'ecs.notEmulated' : 'ecs.launchBlocked', `task ${id} of ${request.group} ${messageOf(error)}`)
  }

  note(kind: string, message: string): void {
    if (this.silent) return
    const { id, zone, request } = this.#task
    const details = { task: id, zone, group: request.group }
    this.#world.journal.write({ kind, node: request.owner, message, details })
  }
}
