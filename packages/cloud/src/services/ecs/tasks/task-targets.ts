import type { NetworkInterface, TargetGroups } from '../../../ports.ts'
import type { TaskTarget } from './task-request.ts'

/** A task in its target groups. */
export class TaskTargets {
  /** It has been registered, now or before. */
  registered = false
  readonly #targetGroups: TargetGroups
  readonly #targets: readonly TaskTarget[]
  readonly #networkInterface: NetworkInterface

  constructor(targetGroups: TargetGroups, targets: readonly TaskTarget[], networkInterface: NetworkInterface) {
    this.#targetGroups = targetGroups
    this.#targets = targets
    this.#networkInterface = networkInterface
  }

  register(): void {
    const networkInterface = this.#networkInterface
    for (const { targetGroup, port } of this.#targets) {
      this.#targetGroups.register(targetGroup, { id: networkInterface.address, networkInterface, port })
    }
    this.registered = true
  }

  /** Resolves when no target group uses it any more: the deregistration delay is over, whatever was under way. */
  async deregister(): Promise<void> {
    const targetGroups = this.#targetGroups
    const { address } = this.#networkInterface
    const waits = this.#targets.map(async ({ targetGroup, port }) => {
      const unused = () => targetGroups.healthOf(targetGroup, address, port).state === 'unused'
      const done = Promise.withResolvers<void>()
      const stop = targetGroups.onHealth(() => {
        if (unused()) done.resolve()
      })
      void targetGroups.deregister(targetGroup, address, port)
      if (unused()) done.resolve()
      await done.promise
      stop()
    })
    await Promise.all(waits)
  }
}
