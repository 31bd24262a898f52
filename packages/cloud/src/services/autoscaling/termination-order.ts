import { hours, type Instant, type Random } from '@terrace/kit'
import type { GroupState } from './group-state.ts'
import type { Member } from './member.ts'
import { fullestZones } from './zones.ts'

/**
 * The policies that choose which instance goes first. `AllocationStrategy` has nothing to choose without a mixed
 * instances policy, and `OldestLaunchConfiguration` nothing in groups with launch templates.
 * @see Amazon EC2 Auto Scaling User Guide, "Configure termination policies for Amazon EC2 Auto Scaling"
 */
export const TERMINATION_POLICIES = [
  'AllocationStrategy',
  'ClosestToNextInstanceHour',
  'Default',
  'NewestInstance',
  'OldestInstance',
  'OldestLaunchConfiguration',
  'OldestLaunchTemplate',
] as const

/**
 * Chooses the next instance to take out: unprotected, in the zone with the most instances (balance comes before every
 * policy; with balanced zones all of them), then by the policies in their order, then by chance.
 */
export function nextToTerminate(state: GroupState, candidates: readonly Member[]): Member | undefined {
  const free = candidates.filter(member => !member.protectedFromScaleIn)
  const inFullest = new Set(fullestZones(state.countByZone(candidates)))
  const fullest = free.filter(({ instance }) => inFullest.has(instance.zone))
  // When everything in the fullest zones is protected, the others give.
  const pool = fullest.length > 0 ? fullest : free
  return choose(pool, state.definition.terminationPolicies, state.world.clock.now(), state.world.random)
}

/** Narrows the members down by each policy in turn; what is left is a matter of chance. */
export function choose(
  members: readonly Member[],
  policies: readonly string[],
  now: Instant,
  random: Random,
): Member | undefined {
  let left = members
  for (const policy of policies.length > 0 ? policies : ['Default'])
    for (const measure of MEASURES[policy] ?? []) left = lowest(left, member => measure(member, now))
  if (left.length === 0) return undefined
  return left.length === 1 ? left[0] : random.pick(left)
}

type Measure = (member: Member, now: Instant) => number

const age: Measure = ({ instance }) => instance.launchedAt
const template: Measure = ({ generation }) => generation

/** Time to the next full hour of the instance's life, counted in whole minutes: what it was billed by once. */
const toNextHour: Measure = ({ instance }, now) =>
  Math.floor((hours(1) - ((now - instance.launchedAt) % hours(1))) / 60_000)

const MEASURES: Readonly<Record<string, readonly Measure[]>> = {
  OldestInstance: [age],
  NewestInstance: [(member, now) => -age(member, now)],
  OldestLaunchTemplate: [template],
  OldestLaunchConfiguration: [],
  AllocationStrategy: [],
  ClosestToNextInstanceHour: [toNextHour],
  Default: [template, toNextHour],
}

function lowest(members: readonly Member[], measure: (member: Member) => number): readonly Member[] {
  const least = Math.min(...members.map(measure))
  return members.filter(member => measure(member) === least)
}
