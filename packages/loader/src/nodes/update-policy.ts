import { hours, minutes } from '@terrace/kit'
import type { GroupUpdatePolicy, RollingUpdate } from '@terrace/model'
import { isoDuration } from './iso-duration.ts'
import type { PropertyReader } from './property-reader.ts'

/** Largest batch. */
const MOST_AT_ONCE = 100

/**
 * `UpdatePolicy` of a group; nothing when the template has none: then a change reaches those that are launched later.
 *
 * @see "UpdatePolicy attribute" in the CloudFormation Template Reference
 */
export function groupUpdateOf(policy: PropertyReader | undefined): { readonly update?: GroupUpdatePolicy } {
  const rolling = policy?.object('AutoScalingRollingUpdate')
  const replacing = policy?.object('AutoScalingReplacingUpdate')
  const scheduled = policy?.object('AutoScalingScheduledAction')
  if (!rolling && !replacing && !scheduled) return {}
  return {
    update: {
      ...(rolling ? { rolling: rollingUpdateOf(rolling) } : {}),
      willReplace: replacing?.boolean('WillReplace') ?? false,
      keepsSizes: scheduled?.boolean('IgnoreUnmodifiedGroupSizeProperties') ?? false,
    },
  }
}

function rollingUpdateOf(reader: PropertyReader): RollingUpdate {
  const waitOnSignals = reader.boolean('WaitOnResourceSignals') ?? false
  const said = reader.text('PauseTime')
  const pauseTime = said === undefined ? (waitOnSignals ? minutes(5) : 0) : isoDuration(said)
  if (pauseTime === undefined || pauseTime > hours(1)) {
    throw reader.bad('PauseTime', 'a duration of at most one hour, such as PT5M')
  }
  reader.withoutEffect({
    MinActiveInstancesPercent: 'instances are waited for until all that were launched are in service',
  })
  return {
    maxBatchSize: reader.number('MaxBatchSize', { least: 1, most: MOST_AT_ONCE }) ?? 1,
    minInstancesInService: reader.number('MinInstancesInService', { least: 0, most: 10_000 }) ?? 0,
    minSuccessfulPercent: reader.number('MinSuccessfulInstancesPercent', { least: 0, most: 100 }) ?? 100,
    pauseTime,
    waitOnSignals,
    suspendProcesses: reader.texts('SuspendProcesses'),
  }
}
