import { messageOf } from '@terrace/kit'
import type { DbInstance } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape, wireBoolean, wireInteger } from '../../../gateway/api.ts'
import { namedList } from '../../../gateway/xml.ts'
import { InvalidParameterCombination, InvalidParameterValue } from '../errors.ts'
import { MAX_BACKUP_RETENTION_DAYS } from '../limits.ts'
import type { ServerInstance } from '../server-instance.ts'
import { describeInstance } from './describe.ts'
import { onInstance, onSnapshot, pageOf, type RdsView } from './view.ts'

/** The operations on DB instances. */
export const instanceOperations = (view: RdsView): readonly Operation[] => [
  describeDbInstances(view),
  modifyDbInstance(view),
  rebootDbInstance(view),
  simple(view, 'StopDBInstance', instance => instance.suspend()),
  simple(view, 'StartDBInstance', instance => instance.resume()),
  deleteDbInstance(view),
]

const describeDbInstances = (view: RdsView) =>
  operation({
    name: 'DescribeDBInstances',
    input: shape({
      DBInstanceIdentifier: z.string().optional(),
      MaxRecords: wireInteger().optional(),
      Marker: z.string().optional(),
    }),
    authorize: input => onInstance(view, 'DescribeDBInstances', input.DBInstanceIdentifier),
    async run(input) {
      const wanted = input.DBInstanceIdentifier
      const all = wanted === undefined ? view.catalog.all : [view.catalog.get(wanted)]
      const { page, marker } = pageOf(all, ({ identifier }) => identifier, input)
      const instances = await Promise.all(page.map(database => describeInstance(view, database)))
      return { DBInstances: namedList('DBInstance', instances), Marker: marker }
    },
  })

const modifyDbInstance = (view: RdsView) =>
  operation({
    name: 'ModifyDBInstance',
    input: shape({
      DBInstanceIdentifier: z.string(),
      // differs: everything is applied at once.
      ApplyImmediately: wireBoolean().optional(),
      MultiAZ: wireBoolean().optional(),
      DeletionProtection: wireBoolean().optional(),
      BackupRetentionPeriod: wireInteger().optional(),
      PreferredBackupWindow: z.string().optional(),
    }),
    authorize: input => onInstance(view, 'ModifyDBInstance', input.DBInstanceIdentifier),
    run(input) {
      const { MultiAZ, DeletionProtection, BackupRetentionPeriod: days, PreferredBackupWindow: window } = input
      if (days !== undefined && (days < 0 || days > MAX_BACKUP_RETENTION_DAYS)) {
        throw new InvalidParameterValue(
          `Invalid backup retention period: ${days}. Must be between 0 and ${MAX_BACKUP_RETENTION_DAYS}`,
        )
      }
      if (window !== undefined && !/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/.test(window)) {
        throw new InvalidParameterValue(`Invalid backup window format: ${window}. Must be hh24:mi-hh24:mi`)
      }
      const changes: Partial<DbInstance> = {
        ...(MultiAZ === undefined ? {} : { multiAz: MultiAZ }),
        ...(DeletionProtection === undefined ? {} : { deletionProtection: DeletionProtection }),
        ...(days === undefined ? {} : { backupRetentionDays: days }),
        ...(window === undefined ? {} : { backupWindow: window }),
      }
      return begun(view, input.DBInstanceIdentifier, instance => instance.modify(changes))
    },
  })

const rebootDbInstance = (view: RdsView) =>
  operation({
    name: 'RebootDBInstance',
    input: shape({ DBInstanceIdentifier: z.string(), ForceFailover: wireBoolean().optional() }),
    authorize: input => onInstance(view, 'RebootDBInstance', input.DBInstanceIdentifier),
    run({ DBInstanceIdentifier, ForceFailover = false }) {
      return begun(view, DBInstanceIdentifier, instance => {
        // RDS API Reference, "RebootDBInstance": the constraint on ForceFailover.
        if (ForceFailover && instance.members.length < 2) {
          throw new InvalidParameterCombination(
            "You can't enable force failover if the instance isn't configured for Multi-AZ.",
          )
        }
        return instance.reboot(ForceFailover)
      })
    },
  })

const deleteDbInstance = (view: RdsView) =>
  operation({
    name: 'DeleteDBInstance',
    input: shape({
      DBInstanceIdentifier: z.string(),
      SkipFinalSnapshot: wireBoolean().optional(),
      FinalDBSnapshotIdentifier: z.string().optional(),
    }),
    authorize: ({ DBInstanceIdentifier, FinalDBSnapshotIdentifier }) => [
      onInstance(view, 'DeleteDBInstance', DBInstanceIdentifier),
      ...(FinalDBSnapshotIdentifier === undefined
        ? []
        : [onSnapshot(view, 'CreateDBSnapshot', FinalDBSnapshotIdentifier)]),
    ],
    async run({ DBInstanceIdentifier, SkipFinalSnapshot = false, FinalDBSnapshotIdentifier: final }) {
      const instance = view.catalog.server(DBInstanceIdentifier)
      if (instance.definition.deletionProtection) {
        throw new InvalidParameterCombination(
          'Cannot delete protected DB Instance, please disable deletion protection and try again.',
        )
      }
      if (SkipFinalSnapshot === (final !== undefined)) {
        throw new InvalidParameterCombination(
          SkipFinalSnapshot
            ? 'FinalDBSnapshotIdentifier can not be specified when deleting with SkipFinalSnapshot.'
            : 'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
        )
      }
      const before = await describeInstance(view, instance)
      const snapshot = final === undefined ? undefined : view.snapshots.begin(instance, final, 'manual').finished
      inBackground(
        view,
        instance,
        Promise.resolve(snapshot).then(() => view.catalog.delete(instance)),
      )
      return { DBInstance: { ...Object(before), DBInstanceStatus: 'deleting' } }
    },
  })

const simple = (view: RdsView, name: string, act: (instance: ServerInstance) => Promise<void>) =>
  operation({
    name,
    input: shape({ DBInstanceIdentifier: z.string() }),
    authorize: input => onInstance(view, name, input.DBInstanceIdentifier),
    run: input => begun(view, input.DBInstanceIdentifier, act),
  })

/** Begins something that takes its time, and answers with the instance as it is then. */
async function begun(view: RdsView, identifier: string, act: (instance: ServerInstance) => Promise<void>) {
  const instance = view.catalog.server(identifier)
  inBackground(view, instance, act(instance))
  return { DBInstance: await describeInstance(view, instance) }
}

function inBackground(view: RdsView, instance: ServerInstance, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    const message = `${instance.identifier}: ${messageOf(error)}`
    view.world.journal.write({ kind: 'rds.error', node: instance.node, message })
  })
}
