import type { Clock, Random, Stop } from '@terrace/kit'
import type { TargetGroup, Zone } from '@terrace/model'
import type { FromDataPlane, TargetConfig } from '../messages.ts'
import { startHealthChecks } from './health-checker.ts'
import { type Pick, pickFor } from './pick.ts'
import { LiveTarget } from './target.ts'
import { REGISTERING } from './target-health.ts'

/** One node's view of a target group. */
interface NodeView {
  readonly pick: Pick
  readonly targets: Map<string, LiveTarget>
  readonly checks: Map<string, Stop>
}

/**
 * The targets of a group as the nodes of its balancer see them. Each node checks every target by itself and chooses by
 * itself: two nodes share nothing.
 */
export class LiveTargetGroup {
  readonly config: TargetGroup
  readonly #clock: Clock
  readonly #crossZone: boolean
  readonly #views = new Map<Zone, NodeView>()
  readonly #tell: (message: FromDataPlane) => void

  constructor(
    config: TargetGroup,
    nodes: readonly Zone[],
    crossZone: boolean,
    clock: Clock,
    random: Random,
    tell: (message: FromDataPlane) => void,
  ) {
    this.config = config
    this.#clock = clock
    this.#crossZone = crossZone
    this.#tell = tell
    for (const node of nodes) {
      this.#views.set(node, { pick: pickFor(config.algorithm, random), targets: new Map(), checks: new Map() })
    }
  }

  /** Registers what is new, drains what is draining, forgets what is gone. */
  setTargets(configs: readonly TargetConfig[]): void {
    for (const [node, view] of this.#views) {
      const wanted = new Set(configs.map(config => config.id))
      for (const [id, target] of view.targets) {
        if (wanted.has(id)) continue
        this.#forget(view, id, target)
      }
      for (const config of configs) this.#set(node, view, config)
    }
    for (const config of configs) if (config.draining) this.#tellWhenDrained(config.id)
  }

  /**
   * The target for a request that arrived at a node: a healthy one, or any registered one when too few are healthy.
   * Nothing: no target is registered that the node may use.
   */
  choose(node: Zone): LiveTarget | undefined {
    const view = this.#views.get(node)
    if (!view) return undefined
    const usable = [...view.targets.values()].filter(
      target => !target.config.draining && (this.#crossZone || target.config.zone === node),
    )
    const healthy = usable.filter(target => target.health.state === 'healthy')
    const candidates = healthy.length >= Math.max(1, this.config.minimumHealthyTargets) ? healthy : usable
    return candidates.length > 0 ? view.pick(candidates) : undefined
  }

  stop(): void {
    for (const view of this.#views.values()) {
      for (const [id, target] of view.targets) this.#forget(view, id, target)
    }
  }

  #set(node: Zone, view: NodeView, config: TargetConfig): void {
    const known = view.targets.get(config.id)
    if (known) {
      known.config = config
      if (config.draining) this.#stopChecks(view, config.id)
      return
    }
    const target = new LiveTarget(config, REGISTERING)
    view.targets.set(config.id, target)
    if (config.draining) return
    const stop = startHealthChecks(
      this.#clock,
      this.config.healthCheck,
      () => this.#checkTarget(node, target),
      health => {
        target.health = health
        const { state, reason, description } = health
        this.#tell({
          type: 'health',
          targetGroup: this.config.id,
          target: config.id,
          node,
          state,
          ...(reason === undefined ? {} : { reason }),
          ...(description === undefined ? {} : { description }),
        })
      },
    )
    view.checks.set(config.id, stop)
  }

  #checkTarget(node: Zone, target: LiveTarget) {
    const { address, port } = target.config
    return { address, port, socket: target.socketFrom(node) }
  }

  #tellWhenDrained(id: string): void {
    const everywhere = [...this.#views.values()].flatMap(view => view.targets.get(id) ?? [])
    const tellIfIdle = () => {
      if (everywhere.some(target => target.inFlight > 0)) return
      this.#tell({ type: 'drained', targetGroup: this.config.id, target: id })
    }
    for (const target of everywhere) target.onIdle = tellIfIdle
    tellIfIdle()
  }

  #forget(view: NodeView, id: string, target: LiveTarget): void {
    this.#stopChecks(view, id)
    view.targets.delete(id)
    target.close()
  }

  #stopChecks(view: NodeView, id: string): void {
    view.checks.get(id)?.()
    view.checks.delete(id)
  }
}
