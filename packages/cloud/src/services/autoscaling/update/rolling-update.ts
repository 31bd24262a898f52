import { hours } from '@terrace/kit'
import type { RollingUpdate } from '@terrace/model'
import { isSame } from '../../../update/node-update.ts'
import type { RunningGroup } from '../group.ts'
import { isTerminating } from '../lifecycle.ts'
import type { Member } from '../member.ts'
import { isProcess } from '../processes.ts'
import { deadline, until } from './waiting.ts'

/** How long CloudFormation waits for the instances of a batch: "UpdatePolicy attribute", `MinActiveInstancesPercent`. */
const IN_SERVICE_WITHIN = hours(1)

/** What new instances have signaled. */
interface Signals {
  readonly successes: ReadonlySet<string>
  readonly failures: ReadonlyMap<string, string>
}

/**
 * Replaces the obsolete instances of a group in batches, as CloudFormation does: a batch is terminated, the group launches
 * as many anew, and after the pause, or with the signals of the new ones, the next one goes.
 *
 * @see CloudFormation Template Reference, "UpdatePolicy attribute", `AutoScalingRollingUpdate`
 * @throws Error in CloudFormation's words when too many of the new instances have not succeeded
 */
export async function rollingUpdate(group: RunningGroup, policy: RollingUpdate, signal: AbortSignal): Promise<void> {
  const obsolete = obsoleteIn(group)
  if (obsolete.length === 0) return
  const { world, definition } = group.state
  const { minSize } = definition
  const { desired } = group
  const total = obsolete.length
  const batch = Math.min(policy.maxBatchSize, total)
  // In service are at least so many while a batch is gone.
  const needed = Math.min(policy.minInstancesInService + batch, definition.maxSize)
  const suspended = policy.suspendProcesses.filter(isProcess).filter(name => !group.state.processes.has(name))
  const successes = new Set<string>()
  const failures = new Map<string, string>()
  const ports = await world.ports.need('resourceSignals')
  const stopCollecting = policy.waitOnSignals
    ? ports.collect(definition.id, (id, success, because = 'it signaled FAILURE') => {
        if (success) successes.add(id)
        else failures.set(id, because)
      })
    : () => {}
  const say = (message: string) => group.state.note('cloudformation.rollingUpdate', `${definition.name}: ${message}`)
  say(
    `Rolling update initiated. Terminating ${total} obsolete instance(s) in batches of ${batch}, while keeping at least ${policy.minInstancesInService} instance(s) in service.`,
  )
  group.suspend(suspended)
  try {
    if (needed > desired) {
      say(`Temporarily setting autoscaling group MinSize and DesiredCapacity to ${needed}.`)
      const known = idsOf(group)
      await group.update({ minSize: Math.max(minSize, needed) }, needed)
      await arrive(group, { policy, known, total, signals: { successes, failures } }, signal)
    }
    for (let left = obsoleteIn(group); left.length > 0; left = obsoleteIn(group)) {
      const known = idsOf(group)
      const going = left.slice(0, batch)
      for (const { id } of going) group.terminateInstance(id, false)
      await until(group, () => going.every(({ id }) => !group.state.members.has(id)), signal)
      await arrive(group, { policy, known, total, signals: { successes, failures } }, signal)
    }
  } finally {
    stopCollecting()
    if (needed > desired) await group.update({ minSize }, desired)
    group.resume(suspended)
  }
}

/** Those that were launched from another machine than the group's. */
export const obsoleteIn = ({ definition, members }: RunningGroup): readonly Member[] =>
  members.filter(({ instance, state }) => !isTerminating(state) && !isSame(instance.machine, definition.machine))

const idsOf = (group: RunningGroup) => new Set(group.members.map(({ id }) => id))

interface Arrival {
  readonly policy: RollingUpdate
  /** Who was there before. */
  readonly known: ReadonlySet<string>
  readonly total: number
  readonly signals: Signals
}

/** Waits until the group is full again, and for the pause or the signals of those that came. */
async function arrive(group: RunningGroup, arrival: Arrival, signal: AbortSignal): Promise<void> {
  const { policy, known, total, signals } = arrival
  const came = () => group.members.filter(({ id, state }) => !known.has(id) && !isTerminating(state))
  const isTooLate = deadline(group, IN_SERVICE_WITHIN)
  await until(
    group,
    () => {
      if (isTooLate())
        throw new Error(`Only ${inService(group).length} of ${group.desired} instances came into service`)
      return inService(group).length >= group.desired
    },
    signal,
  )
  if (!policy.waitOnSignals) {
    const { clock } = group.state.world
    const end = clock.now() + policy.pauseTime
    return await until(group, () => clock.now() >= end, signal)
  }
  const isOver = deadline(group, policy.pauseTime)
  const missing = () => came().filter(({ id }) => !signals.successes.has(id) && !signals.failures.has(id))
  const room = Math.floor((total * (100 - policy.minSuccessfulPercent)) / 100)
  await until(
    group,
    () => {
      const silent = isOver() ? missing().length : 0
      if (signals.failures.size + silent > room) throw new Error(problem(signals, silent, total, policy))
      return missing().length === 0 || isOver()
    },
    signal,
  )
}

function problem({ successes, failures }: Signals, silent: number, total: number, policy: RollingUpdate): string {
  const requirement = `Unable to satisfy ${policy.minSuccessfulPercent}% MinSuccessfulInstancesPercent requirement`
  const [because] = failures.values()
  if (silent > 0) {
    return `Failed to receive ${silent} resource signal(s) for the current batch. Each resource signal timeout is counted as a FAILURE. Received ${successes.size} SUCCESS signal(s) out of ${total}. ${requirement}`
  }
  return `Received ${failures.size} FAILURE signal(s) out of ${total}. ${requirement}${because === undefined ? '' : `: ${because}`}`
}

const inService = ({ members }: RunningGroup) => members.filter(({ state }) => state === 'InService')
