import type { DbInstance } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape, wireBoolean, wireTime } from '../../../gateway/api.ts'
import { isoTime } from '../../../gateway/time.ts'
import {
  DbInstanceNotFound,
  InvalidParameterCombination,
  InvalidParameterValue,
  PointInTimeRestoreNotEnabled,
} from '../errors.ts'
import { restoredFromInstance, restoredFromSnapshot } from '../events.ts'
import { MAX_INSTANCE_IDENTIFIER } from '../limits.ts'
import type { ServerInstance } from '../server-instance.ts'
import { describeInstance } from './describe.ts'
import { checkName } from './names.ts'
import { onInstance, onSnapshot, type RdsView } from './view.ts'

/** The operations that make a new instance from what was saved of another one. */
export const restoreOperations = (view: RdsView): readonly Operation[] => [
  restoreDbInstanceFromDbSnapshot(view),
  restoreDbInstanceToPointInTime(view),
]

/** What may be otherwise than it was. */
const CHANGES = {
  MultiAZ: wireBoolean().optional(),
  DBInstanceClass: z.string().optional(),
  DeletionProtection: wireBoolean().optional(),
  DBParameterGroupName: z.string().optional(),
}

const restoreDbInstanceFromDbSnapshot = (view: RdsView) =>
  operation({
    name: 'RestoreDBInstanceFromDBSnapshot',
    input: shape({ DBInstanceIdentifier: z.string(), DBSnapshotIdentifier: z.string(), ...CHANGES }),
    authorize: input => [
      onInstance(view, 'RestoreDBInstanceFromDBSnapshot', input.DBInstanceIdentifier),
      onSnapshot(view, 'RestoreDBInstanceFromDBSnapshot', input.DBSnapshotIdentifier),
    ],
    async run(input) {
      const identifier = identifierOf('DBInstanceIdentifier', input.DBInstanceIdentifier)
      const snapshot = view.snapshots.get(input.DBSnapshotIdentifier)
      if (snapshot.status !== 'available') {
        throw new InvalidParameterValue(
          `The snapshot ${snapshot.identifier} is ${snapshot.status}; it must be available`,
        )
      }
      const restored = view.catalog.restore(snapshot.definition, identifier, {
        ...changesOf(view, input),
        source: { path: snapshot.path, event: restoredFromSnapshot(snapshot.identifier) },
      })
      return { DBInstance: await describeInstance(view, restored) }
    },
  })

/** RDS User Guide, "Restoring a DB instance to a specified time". */
const restoreDbInstanceToPointInTime = (view: RdsView) =>
  operation({
    name: 'RestoreDBInstanceToPointInTime',
    input: shape({
      SourceDBInstanceIdentifier: z.string().optional(),
      SourceDbiResourceId: z.string().optional(),
      TargetDBInstanceIdentifier: z.string(),
      RestoreTime: wireTime().optional(),
      UseLatestRestorableTime: wireBoolean().optional(),
      ...CHANGES,
    }),
    authorize: input => [
      onInstance(view, 'RestoreDBInstanceToPointInTime', input.SourceDBInstanceIdentifier),
      onInstance(view, 'RestoreDBInstanceToPointInTime', input.TargetDBInstanceIdentifier),
    ],
    async run(input) {
      const source = sourceOf(view, input.SourceDBInstanceIdentifier, input.SourceDbiResourceId)
      const identifier = identifierOf('TargetDBInstanceIdentifier', input.TargetDBInstanceIdentifier)
      const { UseLatestRestorableTime: useLatest = false, RestoreTime: wanted } = input
      if (useLatest === (wanted !== undefined)) {
        throw new InvalidParameterCombination(
          useLatest
            ? 'The parameters RestoreTime and UseLatestRestorableTime can not both be specified.'
            : 'Either RestoreTime or UseLatestRestorableTime must be specified.',
        )
      }
      if (source.definition.backupRetentionDays === 0) throw new PointInTimeRestoreNotEnabled(source.identifier)
      const { path, until } = planOf(view, source, wanted)
      const restored = view.catalog.restore(source.definition, identifier, {
        ...changesOf(view, input),
        source: {
          path,
          changes: { archive: source.archive, until },
          event: restoredFromInstance(source.identifier, identifier),
        },
      })
      return { DBInstance: await describeInstance(view, restored) }
    },
  })

function sourceOf(view: RdsView, identifier: string | undefined, resourceId: string | undefined): ServerInstance {
  if (identifier !== undefined) return view.catalog.server(identifier)
  if (resourceId === undefined) {
    throw new InvalidParameterCombination('Either SourceDBInstanceIdentifier or SourceDbiResourceId must be specified.')
  }
  const found = view.catalog.all.find(({ definition }) => definition.resourceId === resourceId)
  if (!found) throw new DbInstanceNotFound(resourceId)
  return view.catalog.server(found.identifier)
}

/** @throws InvalidParameterValue for a moment outside of the restore window */
function planOf(view: RdsView, source: ServerInstance, wanted: number | undefined) {
  const timeline = view.backups.timelineOf(source)
  const { earliest, latest } = timeline
  const plan = latest === undefined ? undefined : timeline.planFor(wanted ?? latest)
  if (plan) return { path: view.snapshots.get(plan.snapshot).path, until: plan.until }
  const limits =
    earliest === undefined || latest === undefined
      ? 'because it has no automated backup yet.'
      : `to a time later than ${isoTime(latest)} or earlier than ${isoTime(earliest)}.`
  throw new InvalidParameterValue(`The specified instance cannot be restored ${limits}`)
}

function identifierOf(parameter: string, name: string): string {
  const identifier = name.toLowerCase()
  checkName(parameter, identifier, MAX_INSTANCE_IDENTIFIER)
  return identifier
}

function changesOf(
  view: RdsView,
  input: {
    readonly MultiAZ?: boolean | undefined
    readonly DBInstanceClass?: string | undefined
    readonly DeletionProtection?: boolean | undefined
    readonly DBParameterGroupName?: string | undefined
  },
) {
  const changes: Partial<DbInstance> = {
    multiAz: input.MultiAZ ?? false,
    deletionProtection: input.DeletionProtection ?? false,
    ...(input.DBInstanceClass === undefined ? {} : { instanceClass: input.DBInstanceClass }),
  }
  const group = input.DBParameterGroupName === undefined ? undefined : view.groups.get(input.DBParameterGroupName)
  return { changes, ...(group ? { group } : {}) }
}
