import { hours, minutes, seconds } from '@terrace/kit'
import type { AutoScalingGroup, LifecycleHook } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { checkTransition, FOLLOWING, type LifecycleState, targetState } from './lifecycle.ts'
import { type Stage, stage } from './testing/test-group.ts'

const hook = (transition: LifecycleHook['transition'], rest: Partial<LifecycleHook> = {}): LifecycleHook => ({
  name: transition,
  transition,
  heartbeatTimeout: seconds(3600),
  defaultResult: 'ABANDON',
  ...rest,
})
const LAUNCHING = hook('autoscaling:EC2_INSTANCE_LAUNCHING', { defaultResult: 'CONTINUE', heartbeatTimeout: 60_000 })
const TERMINATING = hook('autoscaling:EC2_INSTANCE_TERMINATING', { heartbeatTimeout: 60_000 })

interface Row {
  readonly what: string
  /** Where AWS says so. */
  readonly source: string
  readonly group?: Partial<AutoScalingGroup>
  readonly act: (on: Stage) => unknown
  readonly wait: number
  /** The states of `i-1`, or of whatever instance is named, in their order. */
  readonly states: readonly LifecycleState[]
  readonly of?: string
}

const LIFECYCLE = 'AS UG "Amazon EC2 Auto Scaling instance lifecycle"'
const HOOKS = 'AS UG "How lifecycle hooks work"'

const member = (on: Stage, id: string) => {
  const found = on.group.state.members.get(id)
  if (!found) throw new Error(`${id} is missing`)
  return found
}

/** Timings and orders that AWS documents; each row is looked at on the virtual clock. */
const rows: readonly Row[] = [
  {
    what: 'a launch without hooks',
    source: LIFECYCLE,
    of: 'i-2',
    act: on => on.group.setDesiredCapacity(2),
    wait: 0,
    states: ['Pending', 'InService'],
  },
  {
    what: 'a launch with a hook that continues after its 60 s',
    source: HOOKS,
    of: 'i-2',
    group: { lifecycleHooks: [LAUNCHING] },
    act: on => on.group.setDesiredCapacity(2),
    wait: seconds(60),
    states: ['Pending', 'Pending:Wait', 'Pending:Proceed', 'InService'],
  },
  {
    what: 'a launch whose hook is abandoned after its 60 s',
    source: HOOKS,
    // The first two were abandoned, and launched again, before.
    of: 'i-3',
    group: { lifecycleHooks: [{ ...LAUNCHING, defaultResult: 'ABANDON' }] },
    act: on => on.group.setDesiredCapacity(2),
    wait: seconds(60),
    states: ['Pending', 'Pending:Wait', 'Terminating', 'Terminated'],
  },
  {
    what: 'a termination without hooks',
    source: LIFECYCLE,
    act: on => on.group.setDesiredCapacity(0),
    wait: 0,
    states: ['InService', 'Terminating', 'Terminated'],
  },
  {
    what: 'a termination with a hook that nobody completes within its 60 s',
    source: HOOKS,
    group: { lifecycleHooks: [TERMINATING] },
    act: on => on.group.setDesiredCapacity(0),
    wait: seconds(60),
    states: ['InService', 'Terminating', 'Terminating:Wait', 'Terminating:Proceed', 'Terminated'],
  },
  {
    what: 'standby and back',
    source: 'AS UG "Temporarily remove instances from your Auto Scaling group"',
    act: async on => {
      on.group.moves.enterStandby(member(on, 'i-1'), true)
      await on.clock.advance(0)
      on.group.moves.exitStandby(member(on, 'i-1'))
    },
    wait: 0,
    states: ['InService', 'EnteringStandby', 'Standby', 'Pending', 'InService'],
  },
  {
    what: 'a detachment',
    source: 'AS UG "Detach or attach instances from your Auto Scaling group"',
    act: on => on.group.moves.detach(member(on, 'i-1'), true),
    wait: 0,
    states: ['InService', 'Detaching', 'Detached'],
  },
]

describe.each(rows)('$what ($source)', ({ group, act, wait, states, of = 'i-1' }) => {
  it(`goes through ${states.join(', ')}`, async () => {
    await using on = await stage({ group: { desiredCapacity: 1, minSize: 0, ...group } })
    // The first instance has its launch hook behind it.
    await on.clock.advance(group?.lifecycleHooks ? seconds(60) : 0)
    const seen: LifecycleState[] = []
    const look = () => {
      const found = on.group.members.find(({ id }) => id === of)
      const state = found?.state ?? followed.get(of)
      if (state !== undefined && seen.at(-1) !== state) seen.push(state)
    }
    const followed = follow(on, of, state => {
      if (seen.at(-1) !== state) seen.push(state)
    })
    look()
    await act(on)
    await on.clock.advance(wait)
    look()
    expect(seen).toEqual(states)
  })
})

// Every step of a member is taken by `moveTo`; the prototype of members tells of it, in this test alone.
function follow(on: Stage, id: string, seen: (state: LifecycleState) => void): Map<string, LifecycleState> {
  const states = new Map<string, LifecycleState>()
  const watch = () => {
    const found = on.group.state.members.get(id)
    if (!found || Object.hasOwn(found, 'moveTo')) return
    seen(found.state)
    const move = found.moveTo.bind(found)
    found.moveTo = state => {
      move(state)
      states.set(id, state)
      seen(state)
    }
  }
  const { members } = on.group.state
  const set = members.set.bind(members)
  members.set = (key, value) => {
    set(key, value)
    watch()
    return members
  }
  watch()
  return states
}

describe('the life cycle', () => {
  it('refuses every step that the diagram doesn’t have', () => {
    expect(() => checkTransition('i-1', 'Terminated', 'InService')).toThrow(
      'instance i-1 cannot go from Terminated to InService',
    )
    expect(Object.values(FOLLOWING).flat()).not.toContain('Pending:InService')
  })

  it.each([
    ['Pending:Wait', 'InService'],
    ['Terminating:Wait', 'Terminated'],
    ['Standby', 'Standby'],
    ['Detaching', 'Detached'],
  ] as const)('tells the metadata service that an instance in %s is bound for %s', (state, target) => {
    expect(targetState(state)).toBe(target)
  })
})

/** Times that are documented, each with what happens just before and just after. */
describe.each([
  {
    what: 'a lifecycle hook abandons after 3600 s by default',
    source: 'API Reference "PutLifecycleHook"',
    group: { lifecycleHooks: [hook('autoscaling:EC2_INSTANCE_LAUNCHING')] },
    after: hours(1),
    happened: (on: Stage) => on.log.includes('terminate i-1'),
  },
  {
    what: 'the grace period is 0 s by default, counted from InService',
    source: 'AS UG "Set the health check grace period for an Auto Scaling group"',
    group: {},
    prepare: (on: Stage) => {
      on.targets.report('tg', 'i-1', 'healthy')
      on.targets.report('tg', 'i-1', 'unhealthy')
    },
    after: 0,
    happened: (on: Stage) => on.log.includes('terminate i-1'),
  },
  {
    what: 'a grace period of 300 s keeps an unhealthy target',
    source: 'AS UG "Set the health check grace period for an Auto Scaling group"',
    group: { healthChecks: { elb: true, gracePeriod: minutes(5) } },
    prepare: (on: Stage) => {
      on.targets.report('tg', 'i-1', 'healthy')
      on.targets.report('tg', 'i-1', 'unhealthy')
    },
    after: minutes(5),
    happened: (on: Stage) => on.log.includes('terminate i-1'),
  },
  {
    what: 'group metrics are written each minute',
    source: 'AS UG "Amazon CloudWatch metrics for Amazon EC2 Auto Scaling"',
    group: { groupMetrics: ['GroupMinSize'] },
    after: minutes(1),
    happened: (on: Stage) =>
      on.world.metrics.query({
        namespace: 'AWS/AutoScaling',
        name: 'GroupMinSize',
        dimensions: { AutoScalingGroupName: 'library-app' },
        statistic: 'Average',
        period: minutes(1),
        from: on.clock.now() - minutes(2),
        to: on.clock.now() + minutes(2),
      }).length > 0,
  },
])('$what ($source)', ({ group, prepare, after, happened }) => {
  it(`happens after ${after / 1000} s, and not before`, async () => {
    await using on = await stage({ group: { desiredCapacity: 1, ...group } })
    prepare?.(on)
    if (after > 0) {
      await on.clock.advance(after - 1)
      expect(happened(on)).toBe(false)
    }
    await on.clock.advance(1)
    expect(happened(on)).toBe(true)
  })
})
