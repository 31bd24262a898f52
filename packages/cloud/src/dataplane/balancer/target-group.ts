import type { Clock, Instant, Random, Stop } from '@terrace/kit'
import type { TargetGroup, Zone } from '@terrace/model'
import type { FromDataPlane, InvokeFunction, TargetConfig, TargetFlow } from '../messages.ts'
import { checkFunction } from './function-check.ts'
import { startHealthChecks } from './health-checker.ts'
import { type Pick, pickFor } from './pick.ts'
import { LiveTarget, type UnderWay } from './target.ts'
import { REGISTERING, type TargetHealth } from './target-health.ts'

/** One node's view of a target group. */
interface NodeView {
  pick: Pick
  readonly targets: Map<string, LiveTarget>
  readonly checks: Map<string, Stop>
  /** Worked out when it is needed, until something changes. */
  candidates: Candidates | undefined
  up: boolean
  /** What was under way when the node's zone stopped. */
  frozen: readonly UnderWay[]
}

interface Candidates {
  readonly targets: readonly LiveTarget[]
  readonly failOpen: boolean
}

/** A target for one request. */
export interface Choice {
  readonly target: LiveTarget
  /** Too few targets are healthy: any one was taken. */
  readonly failOpen: boolean
  /** It is the one that the client's cookie named. */
  readonly wasSticky: boolean
}

export interface TargetGroupOptions {
  readonly config: TargetGroup
  /** One a zone. */
  readonly nodes: readonly Zone[]
  readonly crossZone: boolean
  readonly clock: Clock
  readonly random: Random
  readonly tell: (message: FromDataPlane) => void
  readonly invoke: InvokeFunction
  readonly onFlow?: (flow: TargetFlow) => void
}

/**
 * The targets of a group as the nodes of its balancer see them. Each node checks every target by itself and chooses by
 * itself: two nodes share nothing.
 */
export class LiveTargetGroup {
  config: TargetGroup
  crossZone: boolean
  readonly #clock: Clock
  readonly #random: Random
  readonly #views = new Map<Zone, NodeView>()
  readonly #tell: (message: FromDataPlane) => void
  readonly #invoke: InvokeFunction
  readonly #onFlow: (flow: TargetFlow) => void

  constructor({ config, nodes, crossZone, clock, random, tell, invoke, onFlow }: TargetGroupOptions) {
    this.config = config
    this.crossZone = crossZone
    this.#clock = clock
    this.#random = random
    this.#tell = tell
    this.#invoke = invoke
    this.#onFlow = onFlow ?? (() => {})
    for (const node of nodes) {
      const pick = this.#newPick()
      this.#views.set(node, {
        pick,
        targets: new Map(),
        checks: new Map(),
        candidates: undefined,
        up: true,
        frozen: [],
      })
    }
  }

  /** Takes a changed definition over; health is kept, checks go on by the new settings. */
  configure(config: TargetGroup, crossZone: boolean): void {
    const { healthCheck, algorithm, slowStart } = this.config
    const sameChecks = JSON.stringify(healthCheck) === JSON.stringify(config.healthCheck)
    const samePick = algorithm === config.algorithm && slowStart === config.slowStart
    this.config = config
    this.crossZone = crossZone
    for (const [node, view] of this.#views) {
      view.candidates = undefined
      if (!samePick) view.pick = this.#newPick()
      if (sameChecks) continue
      for (const target of view.targets.values()) this.#restartChecks(node, view, target)
    }
  }

  /** Registers what is new, drains what is draining, forgets what is gone. */
  setTargets(configs: readonly TargetConfig[]): void {
    for (const [node, view] of this.#views) {
      view.candidates = undefined
      const wanted = new Set(configs.map(config => config.id))
      for (const [id, target] of view.targets) {
        if (!wanted.has(id)) this.#forget(view, id, target)
      }
      for (const config of configs) this.#set(node, view, config)
    }
    for (const config of configs) if (config.draining) this.#tellWhenDrained(config.id)
  }

  /**
   * The target for a request that arrived at a node: the one of its session while it is healthy, else a healthy one by the
   * algorithm, or any registered one when too few are healthy. Nothing: no target is registered that the node may use.
   */
  choose(node: Zone, session?: string): Choice | undefined {
    const view = this.#views.get(node)
    if (!view) return undefined
    view.candidates ??= this.#candidatesOf(node, view)
    const { targets, failOpen } = view.candidates
    if (targets.length === 0) return undefined
    const known = session === undefined ? undefined : targets.find(({ config }) => config.id === session)
    if (known) return { target: known, failOpen, wasSticky: true }
    const target = view.pick(targets)
    return target && { target, failOpen, wasSticky: false }
  }

  /** Connections to targets that a node holds open, busy or idle: what is under way stands for them. */
  underWayFrom(node: Zone): number {
    return [...(this.#views.get(node)?.targets.values() ?? [])].reduce((sum, target) => sum + target.inFlight, 0)
  }

  /** A node stops with its zone: nothing it carries moves, and it checks nothing. When it is back, it knows nothing. */
  setNodeUp(node: Zone, up: boolean): void {
    const view = this.#views.get(node)
    if (!view || view.up === up) return
    view.up = up
    view.candidates = undefined
    for (const call of view.frozen) call.thaw()
    view.frozen = up ? [] : [...view.targets.values()].flatMap(({ underWay }) => underWay)
    for (const call of view.frozen) call.freeze()
    for (const target of view.targets.values()) {
      if (up) target.health = REGISTERING
      target.rampFrom = undefined
      this.#restartChecks(node, view, target)
    }
  }

  stop(): void {
    for (const view of this.#views.values()) {
      for (const [id, target] of view.targets) this.#forget(view, id, target)
    }
  }

  #newPick(): Pick {
    return pickFor(this.config, this.#random, target => target.shareAt(this.#clock.now(), this.config.slowStart))
  }

  #candidatesOf(node: Zone, view: NodeView): Candidates {
    const usable = [...view.targets.values()].filter(
      ({ config }) => !config.draining && (this.crossZone || config.function !== undefined || config.zone === node),
    )
    const healthy = usable.filter(({ health }) => health.state === 'healthy' || health.state === 'unavailable')
    const enough = healthy.length > 0 && healthy.length >= this.config.minimumHealthyTargets
    return enough ? { targets: healthy, failOpen: false } : { targets: usable, failOpen: usable.length > 0 }
  }

  #set(node: Zone, view: NodeView, config: TargetConfig): void {
    const known = view.targets.get(config.id)
    if (known && !(known.config.draining && !config.draining)) {
      const cutOff = config.routes[node] == null && known.config.routes[node] != null
      known.config = config
      if (cutOff) known.dropIdleConnections()
      if (config.draining) this.#stopChecks(view, config.id)
      return
    }
    // One that is registered again while it drained is a new one.
    if (known) this.#forget(view, config.id, known)
    const target = new LiveTarget(config, REGISTERING, {
      clock: this.#clock,
      secure: this.config.protocol === 'HTTPS',
      onConnectionEnd: (startedAt, { sent, received }) =>
        this.#note(node, target.config.port, target, startedAt, { accepted: true, sent, received }),
    })
    view.targets.set(config.id, target)
    if (!config.draining) this.#restartChecks(node, view, target)
  }

  /** Notes an attempt that the network dropped. */
  noteDropped(node: Zone, target: LiveTarget, port: number = target.config.port): void {
    this.#note(node, port, target, this.#clock.now(), { accepted: false, sent: 0, received: 0 })
  }

  #note(
    node: Zone,
    port: number,
    target: LiveTarget,
    startedAt: Instant,
    rest: { readonly accepted: boolean; readonly sent: number; readonly received: number },
  ): void {
    const { address } = target.config
    this.#onFlow({ targetGroup: this.config.id, node, address, port, startedAt, endedAt: this.#clock.now(), ...rest })
  }

  #restartChecks(node: Zone, view: NodeView, target: LiveTarget): void {
    const { id, function: arn } = target.config
    this.#stopChecks(view, id)
    if (!view.up || target.config.draining) return
    const { healthCheck } = this.config
    if (!healthCheck.enabled) return this.#changed(node, view, target, HEALTH_CHECKS_OFF)
    const stop = startHealthChecks({
      clock: this.#clock,
      config: healthCheck,
      health: target.health,
      target: () => {
        const { address, port, routes, check } = target.config
        return check
          ? { address, port: check.port, socket: check.routes[node] ?? undefined }
          : { address, port, socket: routes[node] ?? undefined }
      },
      onChange: health => this.#changed(node, view, target, health),
      ...(arn === undefined ? {} : { attempt: () => checkFunction(this.#clock, this.config, arn, this.#invoke) }),
      onChecked: ({ port, socket }, startedAt, bytes) => {
        if (arn !== undefined) return
        if (socket === undefined) return this.noteDropped(node, target, port)
        this.#note(node, port, target, startedAt, { accepted: true, ...bytes })
      },
    })
    view.checks.set(id, stop)
  }

  #changed(node: Zone, view: NodeView, target: LiveTarget, health: TargetHealth): void {
    const joins = health.state === 'healthy' && target.health.state !== 'healthy'
    target.rampFrom = joins && this.#hasSteady(view, target) ? this.#clock.now() : undefined
    target.health = health
    view.candidates = undefined
    const { state, reason, description } = health
    this.#tell({
      type: 'health',
      targetGroup: this.config.id,
      target: target.config.id,
      node,
      state,
      ...(reason === undefined ? {} : { reason }),
      ...(description === undefined ? {} : { description }),
    })
  }

  // Slow start needs somebody to carry the rest.
  #hasSteady(view: NodeView, joining: LiveTarget): boolean {
    if (this.config.slowStart === 0) return false
    return [...view.targets.values()].some(
      target =>
        target !== joining &&
        !target.config.draining &&
        target.health.state === 'healthy' &&
        target.shareAt(this.#clock.now(), this.config.slowStart) === 1,
    )
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

const HEALTH_CHECKS_OFF: TargetHealth = {
  state: 'unavailable',
  reason: 'Target.HealthCheckDisabled',
  description: 'Health checks are disabled for this target',
  successes: 0,
  failures: 0,
}
