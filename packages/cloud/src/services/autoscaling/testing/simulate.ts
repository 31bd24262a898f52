import { type Duration, type Instant, minutes, seconds } from '@terrace/kit'
import type { AutoScalingGroup, GroupPolicy } from '@terrace/model'
import type { Schedule } from '../schedule/scheduled-actions.ts'
import { stage } from './test-group.ts'

/** A group, what works on it, and what it has to carry. */
export interface Simulation {
  /** The same seed gives the same day. */
  readonly seed: string | number
  readonly group: Partial<AutoScalingGroup>
  readonly policies?: readonly { readonly name: string; readonly policy: GroupPolicy }[]
  readonly schedules?: readonly Schedule[]
  /** How much work there is, in instances that would be busy with it all the time; begins at `2026-01-01T00:00:00Z`. */
  readonly load: (at: Instant) => number
  readonly duration: Duration
  /** From the launch of an instance to its service; default: half a minute. */
  readonly launchTime?: Duration
  /** By how much the CPU that is measured differs from the real one, at most, as a part of it; default: none. */
  readonly noise?: number
}

/** One minute of a simulated group. */
export interface SimulatedMinute {
  readonly at: Instant
  readonly load: number
  readonly desired: number
  readonly inService: number
  /** Average of the instances in service, in percent; what is above 100 is work that nobody does. */
  readonly cpu: number
}

/** What became of a simulation. */
export interface SimulationResult {
  readonly minutes: readonly SimulatedMinute[]
  /** Descriptions and causes, the oldest first. */
  readonly activities: readonly string[]
}

/**
 * Runs a group on the virtual clock, with the real CloudWatch and a model of its load: a day takes a second or two. Every
 * minute the CPU that the load causes is measured as EC2 would measure it.
 */
export async function simulate(simulation: Simulation): Promise<SimulationResult> {
  const { duration, load, noise = 0, launchTime = seconds(30), group, seed } = simulation
  await using on = await stage({ group, seed, launchTime, alarms: true })
  for (const { name, policy } of simulation.policies ?? []) on.group.policies.put({ name, policy, enabled: true })
  for (const schedule of simulation.schedules ?? []) on.group.scheduled.put(schedule)
  const simulated: SimulatedMinute[] = []
  const end = on.clock.now() + duration
  while (on.clock.now() < end) {
    const at = on.clock.now()
    const inService = on.group.members.filter(({ state }) => state === 'InService').length
    const work = load(at)
    const cpu = inService === 0 ? 0 : (work / inService) * 100
    simulated.push({ at, load: work, desired: on.group.desired, inService, cpu })
    const measured = cpu * (1 + noise * (2 * on.world.random.next() - 1))
    if (inService > 0)
      on.world.metrics.put({
        namespace: 'AWS/EC2',
        name: 'CPUUtilization',
        dimensions: { AutoScalingGroupName: on.group.definition.name },
        value: Math.min(100, measured),
        unit: 'Percent',
      })
    await on.clock.advance(minutes(1))
  }
  const activities = [...on.group.activities].reverse()
  return { minutes: simulated, activities: activities.map(({ description, cause }) => `${description}: ${cause}`) }
}
