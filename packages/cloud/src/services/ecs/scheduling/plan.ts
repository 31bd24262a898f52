import type { Zone } from '@terrace/model'
import { byFullestZone } from './placement.ts'

/**
 * How a task counts: on its way, running and not yet known to be well, well, or to be replaced.
 * @see ECS API Reference, "DeploymentConfiguration", what a healthy task is
 */
export type Standing = 'starting' | 'waiting' | 'healthy' | 'unhealthy'

/** A live task as the plan sees it. */
export interface PlannedTask {
  readonly id: string
  readonly deployment: string
  readonly standing: Standing
  readonly zone: Zone
}

/** What a service wants and has. */
export interface PlanInput {
  readonly desired: number
  /** Beside the desired ones, while the zones are balanced anew. */
  readonly extra: number
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
  readonly primary: string
  /** The primary deployment may start nothing: its circuit breaker has opened. */
  readonly stalled: boolean
  /** Whose tasks are replaced while another version is on its way: the newest older deployment that once was complete. */
  readonly fallback: string | undefined
  readonly tasks: readonly PlannedTask[]
}

export interface Plan {
  readonly start: readonly { readonly deployment: string; readonly count: number }[]
  readonly stop: readonly { readonly task: string; readonly because: 'scaling' | 'unhealthy' }[]
  /** A deployment that the two percentages leave no way to go on. */
  readonly blocked: boolean
}

/**
 * The next steps of a service: never more live tasks than the maximum percent, never fewer healthy ones than the minimum,
 * new ones before old ones go, an unhealthy one replaced before it is stopped if there is room, else one at a time.
 *
 * @see ECS Developer Guide, "Deploy Amazon ECS services by replacing tasks"
 */
export function plan(input: PlanInput): Plan {
  const { desired, extra, primary, stalled, tasks } = input
  const least = Math.ceil((desired * input.minimumHealthyPercent) / 100)
  const most = Math.floor((desired * input.maximumPercent) / 100)
  const own = tasks.filter(({ deployment }) => deployment === primary)
  const old = tasks.filter(({ deployment }) => deployment !== primary)
  const ownGood = own.filter(isGood)
  const ownHealthy = own.filter(isHealthy).length
  const allHealthy = tasks.filter(isHealthy).length
  const wanted = desired + extra
  const missing = stalled ? 0 : Math.max(0, wanted - ownGood.length)

  // Who is not wanted any more goes first, so that its room is there for others.
  const gone = scaledIn(ownGood, wanted)
  const room = Math.max(0, most - tasks.length)
  const start = starts(input, { missing, room, least, allHealthy, old, ownGood: ownGood.length })
  const isShort = missing > 0 && room === 0
  const stopped = [
    ...gone.map(task => ({ task: task.id, because: 'scaling' as const })),
    ...unhealthyToStop(own, Math.max(0, wanted - ownHealthy), isShort).map(unhealthy),
    ...oldToStop(old, { desired, least, ownHealthy, allHealthy, isShort }),
  ]
  const blocked = missing > 0 && old.length > 0 && start.length === 0 && stopped.length === 0 && tasks.every(isHealthy)
  return { start, stop: stopped, blocked }
}

const isHealthy = ({ standing }: PlannedTask): boolean => standing === 'healthy'
const isGood = ({ standing }: PlannedTask): boolean => standing !== 'unhealthy'
const unhealthy = ({ id }: PlannedTask) => ({ task: id, because: 'unhealthy' as const })

/** Starting ones first, then those that are not known to be well, then from the zone with the most. */
function scaledIn(good: readonly PlannedTask[], wanted: number): readonly PlannedTask[] {
  const surplus = Math.max(0, good.length - wanted)
  const rank = ({ standing }: PlannedTask) => ['starting', 'waiting', 'healthy'].indexOf(standing)
  const chosen: PlannedTask[] = []
  let left = [...good]
  while (chosen.length < surplus) {
    const lowest = Math.min(...left.map(rank))
    const [next] = byFullestZone(
      left.filter(task => rank(task) === lowest),
      left,
    )
    if (!next) break
    chosen.push(next)
    left = left.filter(task => task !== next)
  }
  return chosen
}

interface Needs {
  readonly missing: number
  readonly room: number
  readonly least: number
  readonly allHealthy: number
  readonly old: readonly PlannedTask[]
  readonly ownGood: number
}

// A version that never becomes well must not take the place of the one that serves; but it must have a chance at all.
function starts({ primary, fallback }: PlanInput, needs: Needs): Plan['start'] {
  const { missing, room, least, allHealthy, old, ownGood } = needs
  const reserved = ownGood === 0 ? Math.min(1, missing, room) : 0
  const oldOnTheirWay = old.filter(({ standing }) => standing === 'starting' || standing === 'waiting').length
  const oldMissing = fallback === undefined || old.length === 0 ? 0 : Math.max(0, least - allHealthy - oldOnTheirWay)
  const forOld = Math.min(oldMissing, room - reserved)
  const forOwn = Math.min(missing, room - forOld)
  return [
    ...(forOwn > 0 ? [{ deployment: primary, count: forOwn }] : []),
    ...(forOld > 0 && fallback !== undefined ? [{ deployment: fallback, count: forOld }] : []),
  ]
}

/** As many as have been replaced; without room for a replacement one, when none is on its way. */
function unhealthyToStop(tasks: readonly PlannedTask[], needed: number, isShort: boolean): readonly PlannedTask[] {
  const bad = tasks.filter(task => !isGood(task))
  const replaced = Math.max(0, bad.length - needed)
  if (replaced > 0) return bad.slice(0, replaced)
  const onTheWay = tasks.some(({ standing }) => standing === 'starting' || standing === 'waiting')
  return isShort && !onTheWay ? bad.slice(0, 1) : []
}

interface OldNeeds {
  readonly desired: number
  readonly least: number
  readonly ownHealthy: number
  readonly allHealthy: number
  readonly isShort: boolean
}

function oldToStop(old: readonly PlannedTask[], needs: OldNeeds): Plan['stop'] {
  const { desired, least, ownHealthy, allHealthy, isShort } = needs
  const bad = old.filter(task => !isGood(task))
  const well = old.filter(isHealthy)
  const unknown = old.filter(task => isGood(task) && !isHealthy(task))
  const keep = Math.max(0, desired - ownHealthy)
  const stop: Plan['stop'][number][] = []
  // Those that serve nobody make room first.
  const badGo = isShort ? Math.max(1, bad.length - keep) : Math.max(0, bad.length + well.length + unknown.length - keep)
  for (const { id } of bad.slice(0, badGo)) stop.push({ task: id, because: 'unhealthy' })
  const surplus = well.length + unknown.length - keep
  for (const { id } of unknown.slice(0, Math.max(0, surplus))) stop.push({ task: id, because: 'scaling' })
  const allowed = Math.max(0, allHealthy - least)
  const needed = isShort && stop.length === 0 ? well.length : surplus - unknown.length
  const wellGo = Math.min(allowed, Math.max(0, needed))
  for (const { id } of byFullestZone(well, old).slice(0, wellGo)) stop.push({ task: id, because: 'scaling' })
  return stop
}
