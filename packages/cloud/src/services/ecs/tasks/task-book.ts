import { messageOf, type Stop, TerraceError } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import { LIMITS } from '../limits.ts'
import type { TaskSurroundings } from './surroundings.ts'
import { Task } from './task.ts'
import type { TaskRequest } from './task-request.ts'
import { untrustedRole } from './task-roles.ts'

/** Where a task is placed. */
export interface TaskPlace {
  readonly subnet: NodeId
  readonly securityGroups: readonly NodeId[]
  readonly assignPublicIp: boolean
}

/** A task could not even be placed; the message is AWS's reason. */
export class PlacementFailure extends TerraceError {
  constructor(message: string) {
    super('ECS_NOT_PLACED', message)
  }
}

/** All tasks of all clusters, also those that stopped in the last hour. */
export class TaskBook {
  readonly #on: TaskSurroundings
  readonly #tasks = new Map<string, Task>()
  readonly #listeners = new Set<(task: Task) => void>()
  /** Those after which stopped tasks are forgotten. */
  readonly #timers = new Map<string, Stop>()
  readonly #stopListening: Stop

  constructor(on: TaskSurroundings) {
    this.#on = on
    this.#stopListening = on.world.zones.onChange(async (zone, up) => {
      const there = this.all.filter(task => task.zone === zone)
      if (up) await Promise.all(there.map(task => task.zoneStarted()))
      else for (const task of there) task.zoneStopped()
    })
  }

  get all(): readonly Task[] {
    return [...this.#tasks.values()]
  }

  find(id: string): Task | undefined {
    return this.#tasks.get(id)
  }

  /** @throws PlacementFailure */
  launch(request: TaskRequest, place: TaskPlace): Task {
    const { world, names } = this.#on
    const untrusted = untrustedRole(world.architecture, request.revision)
    if (untrusted !== undefined) throw new PlacementFailure(untrusted)
    const task = new Task(this.#on, request, this.#attach(place, names.newTaskId()), changed => this.#changed(changed))
    this.#tasks.set(task.id, task)
    task.start()
    return task
  }

  onChange(listener: (task: Task) => void): Stop {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Ends everything, with Terrace itself: the balancer goes, too, and nobody waits for it. */
  async stop(): Promise<void> {
    this.#stopListening()
    this.#listeners.clear()
    for (const stop of this.#timers.values()) stop()
    await Promise.all(this.all.map(task => task.abandon()))
  }

  #attach({ subnet, securityGroups, assignPublicIp }: TaskPlace, owner: string) {
    try {
      return this.#on.network.attach({ owner, subnet, securityGroups, publicAddress: assignPublicIp })
    } catch (error) {
      throw new PlacementFailure(`RESOURCE:ENI: ${messageOf(error)}`)
    }
  }

  #changed(task: Task): void {
    if (task.lastStatus === 'STOPPED') {
      const forget = () => {
        this.#timers.delete(task.id)
        this.#tasks.delete(task.id)
      }
      this.#timers.get(task.id)?.()
      this.#timers.set(task.id, this.#on.world.clock.after(LIMITS.stoppedVisible, forget))
    }
    for (const listener of [...this.#listeners]) listener(task)
  }
}
