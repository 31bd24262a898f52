import { getNode, type Subnet } from '@terrace/model'
import type { World } from '../../../world.ts'
import type { Task } from '../tasks/task.ts'
import { PlacementFailure, type TaskBook } from '../tasks/task-book.ts'
import type { TaskTarget } from '../tasks/task-request.ts'
import type { Deployment, Placement } from './deployment.ts'
import { chooseSubnet } from './placement.ts'
import type { Speaker } from './voice.ts'

/** What came of starting tasks. */
export interface Launched {
  readonly started: readonly string[]
  /** Why no more could be placed; `capacity` when there may be some later. */
  readonly failure?: { readonly reason: string; readonly kind: 'capacity' | 'role' }
}

/** Starts tasks of a service, each in the zone that has the fewest. */
export class TaskLauncher {
  readonly #world: World
  readonly #tasks: TaskBook
  readonly #speaker: Speaker

  constructor(world: World, tasks: TaskBook, speaker: Speaker) {
    this.#world = world
    this.#tasks = tasks
    this.#speaker = speaker
  }

  /** @param live  the service's tasks as they are at the moment */
  launch(deployment: Deployment, count: number, targets: readonly TaskTarget[], live: () => readonly Task[]): Launched {
    const started: string[] = []
    try {
      while (started.length < count) started.push(this.#launchOne(deployment, targets, live()).id)
      return { started }
    } catch (error) {
      if (!(error instanceof PlacementFailure)) throw error
      const { message: reason } = error
      const kind = /^(Capacity|RESOURCE)/.test(reason) ? 'capacity' : 'role'
      return { started, failure: { reason, kind } }
    }
  }

  #launchOne({ id, revision, placement }: Deployment, targets: readonly TaskTarget[], live: readonly Task[]): Task {
    const { node, name, cluster } = this.#speaker
    const subnet = this.#subnetFor(placement, live)
    if (!subnet) {
      throw new PlacementFailure(
        'Capacity is unavailable at this time. Please try again later or in a different availability zone.',
      )
    }
    const { securityGroups, assignPublicIp } = placement
    return this.#tasks.launch(
      {
        cluster,
        revision,
        targets,
        group: `service:${name}`,
        startedBy: id,
        owner: node ?? cluster.node ?? this.#world.architecture.name,
      },
      { subnet: subnet.id, securityGroups, assignPublicIp },
    )
  }

  #subnetFor({ subnets }: Placement, live: readonly Task[]): Subnet | undefined {
    const { architecture, zones } = this.#world
    return chooseSubnet(
      subnets.map(id => getNode(architecture, id, 'subnet')),
      live.map(({ zone, networkInterface }) => ({ zone, subnet: networkInterface.subnet })),
      zone => zones.isUp(zone),
    )
  }
}
