import { messageOf } from '@terrace/kit'
import type { DbInstance } from '@terrace/model'
import { z } from 'zod'
import { accepted, type Operation, operation, shape, wireBoolean, wireInteger } from '../../../gateway/api.ts'
import { NotEmulated } from '../../../gateway/errors.ts'
import { namedList } from '../../../gateway/xml.ts'
import { engineDefaults } from '../engine-versions.ts'
import { InvalidParameterCombination, InvalidParameterValue } from '../errors.ts'
import { usesParameterGroup } from '../events.ts'
import { MAX_BACKUP_RETENTION_DAYS } from '../limits.ts'
import type { ParameterGroup } from '../parameters/parameter-group.ts'
import type { ServerInstance } from '../server-instance.ts'
import { describeInstance } from './describe.ts'
import { FILTERS, filtered } from './filters.ts'
import { onInstance, onSnapshot, PAGE, pageOf, type RdsView } from './view.ts'

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
      ...FILTERS,
      ...PAGE,
    }),
    authorize: input => onInstance(view, 'DescribeDBInstances', input.DBInstanceIdentifier),
    async run(input) {
      const wanted = input.DBInstanceIdentifier
      const all = wanted === undefined ? view.catalog.all : [view.catalog.get(wanted)]
      const chosen = filtered(all, input.Filters, {
        'db-cluster-id': () => [],
        'db-instance-id': ({ identifier, definition }) => [identifier, definition.arn],
        'dbi-resource-id': ({ definition }) => [definition.resourceId],
        domain: () => [],
        engine: ({ definition }) => [definition.engine],
      })
      const { page, marker } = pageOf(chosen, ({ identifier }) => identifier, input)
      const instances = await Promise.all(page.map(database => describeInstance(view, database)))
      return { DBInstances: namedList('DBInstance', instances), Marker: marker }
    },
  })

const modifyDbInstance = (view: RdsView) =>
  operation({
    name: 'ModifyDBInstance',
    input: shape({
      DBInstanceIdentifier: z.string(),
      ApplyImmediately: accepted(wireBoolean().optional(), 'everything is applied at once'),
      MultiAZ: wireBoolean().optional(),
      DeletionProtection: wireBoolean().optional(),
      BackupRetentionPeriod: wireInteger().optional(),
      PreferredBackupWindow: z.string().optional(),
      DBParameterGroupName: z.string().optional(),
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
      const group = input.DBParameterGroupName === undefined ? undefined : view.groups.get(input.DBParameterGroupName)
      return begun(view, input.DBInstanceIdentifier, async instance => {
        if (group) useGroup(instance, group)
        await instance.modify(changes)
        await view.backups.look(instance)
      })
    },
  })

/** RDS User Guide, "Associating a DB parameter group with a DB instance": it counts from the next reboot on. */
function useGroup(instance: ServerInstance, group: ParameterGroup): void {
  const { engine, engineVersion } = instance.definition
  if (group.family !== engineDefaults(engine, engineVersion).family) {
    throw new InvalidParameterCombination(
      `The parameter group ${group.name} with DBParameterGroupFamily ${group.family} can't be used for this instance. ` +
        `Please use a parameter group with DBParameterGroupFamily ${engineDefaults(engine, engineVersion).family}`,
    )
  }
  if (instance.parameters.group === group) return
  instance.parameters.attach(group)
  instance.note(usesParameterGroup(group.name))
}

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
      DeleteAutomatedBackups: wireBoolean().optional(),
    }),
    authorize: ({ DBInstanceIdentifier, FinalDBSnapshotIdentifier }) => [
      onInstance(view, 'DeleteDBInstance', DBInstanceIdentifier),
      ...(FinalDBSnapshotIdentifier === undefined
        ? []
        : [onSnapshot(view, 'CreateDBSnapshot', FinalDBSnapshotIdentifier)]),
    ],
    async run({ DBInstanceIdentifier, SkipFinalSnapshot = false, FinalDBSnapshotIdentifier: final, ...input }) {
      const instance = view.catalog.server(DBInstanceIdentifier)
      if (input.DeleteAutomatedBackups === false) {
        throw new NotEmulated('keeping the automated backups of a deleted instance')
      }
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
        Promise.resolve(snapshot)
          .then(() => view.backups.forget(instance))
          .then(() => view.catalog.delete(instance)),
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
