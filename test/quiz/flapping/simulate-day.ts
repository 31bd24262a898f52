import { days, type Instant, minutes, seconds } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import { stage } from '../../../packages/cloud/src/services/autoscaling/testing/test-group.ts'
import type { QuizOptions } from '../../../systems/quiz/props.ts'
import { quizWith } from './template.ts'
import { workday } from './workday.ts'

/** The removal tier at a moment. */
export interface Moment {
  readonly at: Instant
  /** In instances that would be busy all the time. */
  readonly work: number
  readonly desired: number
  /** Average of the instances in service, percent; what is above 100 is work that waits. */
  readonly cpu: number
}

/** How often the CloudWatch agent of the tier measures. */
const MEASURED_EVERY = seconds(10)

/** From the launch of an instance to its completed lifecycle action. */
const LAUNCH_TIME = seconds(90)

/** How much what is measured differs from what is, at most, as a part of it. */
const NOISE = 0.05

/**
 * A day of the removal tier on the virtual clock: group, schedules, policies and alarms of the template, the real Auto
 * Scaling and the real CloudWatch, and a model of the work alone. The same options give the same day.
 *
 * @returns a moment for each minute
 */
export async function simulateDay(policies: NonNullable<QuizOptions['policies']>): Promise<readonly Moment[]> {
  const architecture = await quizWith({ policies })
  const [definition] = nodesOf(architecture, 'autoScalingGroup')
  if (!definition) throw new Error('the template has no group')
  const dimensions = { AutoScalingGroupName: definition.name }
  await using on = await stage({
    // Its instances are only numbers: they complete no hook, and stand where the stage has room for them.
    group: { ...definition, subnets: ['app-a', 'app-b'], targetGroups: ['tg'], lifecycleHooks: [] },
    nodes: nodesOf(architecture, 'alarm'),
    seed: 'a day',
    launchTime: LAUNCH_TIME,
    alarms: true,
  })
  for (const { name, arn, policy } of nodesOf(architecture, 'scalingPolicy')) {
    on.group.policies.put({ name, arn, policy, enabled: true })
  }
  for (const action of nodesOf(architecture, 'scheduledAction')) on.group.scheduled.put(action)

  const moments: Moment[] = []
  const end = on.clock.now() + days(1)
  for (let step = 0; on.clock.now() < end; step++) {
    const at = on.clock.now()
    const work = workday(at)
    const inService = on.group.members.filter(({ state }) => state === 'InService').length
    const cpu = inService === 0 ? 100 : (work / inService) * 100
    const value = Math.min(100, cpu * (1 + NOISE * (2 * on.world.random.next() - 1)))
    on.world.metrics.put({ namespace: 'Quiz/Cutout', name: 'cpu_usage_active', dimensions, value, unit: 'Percent' })
    if ((step * MEASURED_EVERY) % minutes(1) === 0) {
      on.world.metrics.put({ namespace: 'AWS/EC2', name: 'CPUUtilization', dimensions, value, unit: 'Percent' })
      moments.push({ at, work, desired: on.group.desired, cpu })
    }
    await on.clock.advance(MEASURED_EVERY)
  }
  return moments
}

/** How often a group that grew shrinks, and the other way round. */
export function changesOfDirection(moments: readonly Moment[]): number {
  const steps = moments
    .slice(1)
    .map(({ desired }, index) => Math.sign(desired - (moments[index]?.desired ?? desired)))
    .filter(step => step !== 0)
  return steps.filter((step, index) => index > 0 && step !== steps[index - 1]).length
}
