import { type Instant, messageOf, type Stop, seconds } from '@terrace/kit'
import type { World } from '../../world.ts'
import { InvalidParameterValue, ResourceNotFound } from './errors.ts'
import { FASTEST_MOVE, MOST_TASKS_LISTED } from './limits.ts'
import type { Queue } from './queue.ts'
import type { Queues } from './queues.ts'

/** What moves messages out of a dead-letter queue. */
export interface MoveTask {
  readonly handle: string
  readonly source: Queue
  /** Absent: each message goes back to where it came from. */
  readonly destination: Queue | undefined
  readonly perSecond: number | undefined
  readonly startedAt: Instant
  readonly toMove: number
  moved: number
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED'
  failure?: string
}

interface Running {
  readonly task: MoveTask
  readonly stop: Stop
}

type Surroundings = Pick<World, 'journal' | 'random' | 'realtime'>

/**
 * Brings dead letters back, some of them each second.
 * @see Amazon SQS Developer Guide, "Configure a dead-letter queue redrive". differs: a restart ends a task; what it has not
 *   moved stays where it is
 */
export class MoveTasks {
  readonly #world: Surroundings
  readonly #queues: Queues
  readonly #tasks: MoveTask[] = []
  readonly #running = new Map<string, Running>()

  constructor(world: Surroundings, queues: Queues) {
    this.#world = world
    this.#queues = queues
  }

  /** @throws InvalidParameterValue, ResourceNotFound */
  start(sourceArn: string, destinationArn: string | undefined, perSecond: number | undefined): MoveTask {
    const source = this.#source(sourceArn)
    if (this.#queues.sourcesOf(sourceArn).length === 0) {
      throw new InvalidParameterValue('Source queue must be configured as a Dead Letter Queue.')
    }
    const destination = destinationArn === undefined ? undefined : this.#queues.findByArn(destinationArn)
    if (destinationArn !== undefined && !destination) {
      throw new ResourceNotFound("The resource that you specified for the DestinationArn parameter doesn't exist.")
    }
    if (this.#tasks.some(task => task.source === source && task.status === 'RUNNING')) {
      throw new InvalidParameterValue(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      )
    }
    const { random, realtime } = this.#world
    const task: MoveTask = {
      handle: Buffer.from(JSON.stringify({ taskId: random.uuid(), sourceArn })).toString('base64'),
      source,
      destination,
      perSecond,
      startedAt: realtime.now(),
      toMove: source.messages.depth().visible,
      moved: 0,
      status: 'RUNNING',
    }
    this.#tasks.push(task)
    this.#running.set(task.handle, { task, stop: realtime.every(seconds(1), () => this.#turn(task)) })
    this.#turn(task)
    return task
  }

  /** The newest first. @throws ResourceNotFound */
  list(sourceArn: string, most: number): readonly MoveTask[] {
    const source = this.#source(sourceArn)
    const own = this.#tasks.filter(task => task.source === source)
    return own.slice(-MOST_TASKS_LISTED).reverse().slice(0, most)
  }

  /** @throws ResourceNotFound, InvalidParameterValue */
  cancel(handle: string): MoveTask {
    const task = this.find(handle)
    if (!task) throw new ResourceNotFound('Task does not exist.')
    if (task.status !== 'RUNNING') throw new InvalidParameterValue('Only active tasks can be cancelled.')
    this.#end(task, 'CANCELLED')
    return task
  }

  find(handle: string): MoveTask | undefined {
    return this.#tasks.find(task => task.handle === handle)
  }

  stop(): void {
    for (const { stop } of this.#running.values()) stop()
    this.#running.clear()
  }

  #source(arn: string): Queue {
    const source = this.#queues.findByArn(arn)
    if (source) return source
    throw new ResourceNotFound("The resource that you specified for the SourceArn parameter doesn't exist.")
  }

  #turn(task: MoveTask): void {
    const most = Math.min(task.perSecond ?? FASTEST_MOVE, task.toMove - task.moved)
    try {
      // A queue that was deleted meanwhile can be asked for nothing.
      if (this.#queues.find(task.source.name) !== task.source) throw new Error('the dead-letter queue was deleted')
      const moved = task.source.messages.moveOut(most, message => {
        const target = task.destination ?? this.#queues.findByArn(message.deadLetterSource ?? '')
        if (target && this.#queues.find(target.name) === target) return target.messages
        throw new Error(
          target ? `the queue ${target.name} was deleted` : 'the source queue of a message does not exist',
        )
      })
      task.moved += moved
      // What is in flight or gone by now is not waited for.
      if (moved < most || task.moved >= task.toMove) this.#end(task, 'COMPLETED')
    } catch (error) {
      task.failure = messageOf(error)
      this.#end(task, 'FAILED')
    }
  }

  #end(task: MoveTask, status: MoveTask['status']): void {
    task.status = status
    this.#running.get(task.handle)?.stop()
    this.#running.delete(task.handle)
    const { node, name } = task.source
    const because = task.failure === undefined ? '' : `: ${task.failure}`
    this.#world.journal.write({
      kind: 'sqs.moveTask',
      ...(node === undefined ? {} : { node }),
      message: `moving messages out of ${name} is ${status.toLowerCase()} after ${task.moved} of ${task.toMove}${because}`,
      details: { queue: name, status, moved: task.moved },
    })
  }
}
