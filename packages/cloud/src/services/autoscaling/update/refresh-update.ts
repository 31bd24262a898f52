import { type Machine, nodesOf } from '@terrace/model'
import { isSame } from '../../../update/node-update.ts'
import type { RunningGroup } from '../group.ts'
import { obsoleteIn } from './rolling-update.ts'
import { until } from './waiting.ts'

/** So many instances of the new kind that came to nothing end the refresh. AWS gives it an hour without progress. */
const BAD_ONES = 3

/**
 * Brings a changed machine to the instances of a group that has no update policy: an instance refresh that launches first
 * and rolls back.
 *
 * differs: CloudFormation changes nothing that runs then; a pipeline that deploys to AWS starts the refresh itself
 * @throws Error with what the refresh has failed with
 */
export async function refreshUpdate(group: RunningGroup, machine: Machine, signal: AbortSignal): Promise<void> {
  const { state } = group
  if (isSame(state.definition.machine, machine) && obsoleteIn(group).length === 0) return
  const [template] = nodesOf(state.world.architecture, 'launchTemplate').filter(each => isSame(each.machine, machine))
  const refresh = group.refreshes.start(
    { minHealthyPercentage: 100, maxHealthyPercentage: 110, skipMatching: true, autoRollback: true },
    { machine, launchTemplate: { id: template?.physicalId ?? '', name: template?.name ?? '', version: '$Latest' } },
  )
  let bad = 0
  const isNew = (other: Machine) => isSame(other, machine)
  const giveUp = (because: string) => {
    if (++bad < BAD_ONES || refresh.ended || refresh.rollback) return
    refresh.rollBack(`${BAD_ONES} instances of the new version came to nothing, the last one: ${because}`)
  }
  const stops = [
    state.events.on('gone', ({ member }) => {
      if (isNew(member.instance.machine) && !member.scaledIn) {
        giveUp(member.unhealthyCause?.(state.world.clock.now()) ?? `${member.id} has ended`)
      }
    }),
    state.events.on('launchFailed', ({ message }) => giveUp(message)),
  ]
  try {
    await until(group, () => refresh.ended, signal)
  } finally {
    for (const stop of stops) stop()
  }
  if (refresh.status === 'Successful') return
  throw new Error(
    `The instance refresh ended as ${refresh.status}: ${refresh.rollback?.reason ?? refresh.statusReason ?? ''}`,
  )
}
