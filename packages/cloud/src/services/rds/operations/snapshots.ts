import { messageOf } from '@terrace/kit'
import { z } from 'zod'
import { type Operation, operation, shape, wireBoolean, wireInteger } from '../../../gateway/api.ts'
import { namedList } from '../../../gateway/xml.ts'
import { InvalidParameterValue } from '../errors.ts'
import { MAX_INSTANCE_IDENTIFIER, MAX_SNAPSHOT_IDENTIFIER } from '../limits.ts'
import { describeInstance, describeSnapshot } from './describe.ts'
import { onInstance, onSnapshot, pageOf, type RdsView } from './view.ts'

/** The operations on snapshots. */
export const snapshotOperations = (view: RdsView): readonly Operation[] => [
  createDbSnapshot(view),
  describeDbSnapshots(view),
  deleteDbSnapshot(view),
  restoreDbInstanceFromDbSnapshot(view),
]

const createDbSnapshot = (view: RdsView) =>
  operation({
    name: 'CreateDBSnapshot',
    input: shape({ DBSnapshotIdentifier: z.string(), DBInstanceIdentifier: z.string() }),
    authorize: input => [
      onInstance(view, 'CreateDBSnapshot', input.DBInstanceIdentifier),
      onSnapshot(view, 'CreateDBSnapshot', input.DBSnapshotIdentifier),
    ],
    async run({ DBSnapshotIdentifier: name, DBInstanceIdentifier }) {
      checkName('DBSnapshotIdentifier', name, MAX_SNAPSHOT_IDENTIFIER)
      const instance = view.catalog.server(DBInstanceIdentifier)
      const { snapshot, finished } = view.snapshots.begin(instance, name, 'manual')
      finished.catch((error: unknown) => {
        const message = `${instance.identifier}: the snapshot ${name} failed: ${messageOf(error)}`
        view.world.journal.write({ kind: 'rds.snapshot.failed', node: instance.node, message })
      })
      return { DBSnapshot: await describeSnapshot(view, snapshot) }
    },
  })

const describeDbSnapshots = (view: RdsView) =>
  operation({
    name: 'DescribeDBSnapshots',
    input: shape({
      DBInstanceIdentifier: z.string().optional(),
      DBSnapshotIdentifier: z.string().optional(),
      SnapshotType: z.string().optional(),
      MaxRecords: wireInteger().optional(),
      Marker: z.string().optional(),
    }),
    authorize: input => onSnapshot(view, 'DescribeDBSnapshots', input.DBSnapshotIdentifier),
    async run(input) {
      const { DBSnapshotIdentifier: wanted, DBInstanceIdentifier: instance, SnapshotType: type } = input
      const all = (wanted === undefined ? view.snapshots.all : [view.snapshots.get(wanted)]).filter(
        snapshot =>
          (type === undefined || snapshot.type === type) &&
          (instance === undefined || [snapshot.definition.identifier, snapshot.definition.arn].includes(instance)),
      )
      const { page, marker } = pageOf(all, ({ identifier }) => identifier, input)
      const snapshots = await Promise.all(page.map(snapshot => describeSnapshot(view, snapshot)))
      return { DBSnapshots: namedList('DBSnapshot', snapshots), Marker: marker }
    },
  })

const deleteDbSnapshot = (view: RdsView) =>
  operation({
    name: 'DeleteDBSnapshot',
    input: shape({ DBSnapshotIdentifier: z.string() }),
    authorize: input => onSnapshot(view, 'DeleteDBSnapshot', input.DBSnapshotIdentifier),
    async run(input) {
      const snapshot = await view.snapshots.delete(input.DBSnapshotIdentifier)
      return { DBSnapshot: { ...Object(await describeSnapshot(view, snapshot)), Status: 'deleted' } }
    },
  })

const restoreDbInstanceFromDbSnapshot = (view: RdsView) =>
  operation({
    name: 'RestoreDBInstanceFromDBSnapshot',
    input: shape({
      DBInstanceIdentifier: z.string(),
      DBSnapshotIdentifier: z.string(),
      MultiAZ: wireBoolean().optional(),
      DBInstanceClass: z.string().optional(),
      DeletionProtection: wireBoolean().optional(),
    }),
    authorize: input => [
      onInstance(view, 'RestoreDBInstanceFromDBSnapshot', input.DBInstanceIdentifier),
      onSnapshot(view, 'RestoreDBInstanceFromDBSnapshot', input.DBSnapshotIdentifier),
    ],
    async run(input) {
      const identifier = input.DBInstanceIdentifier.toLowerCase()
      checkName('DBInstanceIdentifier', identifier, MAX_INSTANCE_IDENTIFIER)
      const snapshot = view.snapshots.get(input.DBSnapshotIdentifier)
      if (snapshot.status !== 'available') {
        throw new InvalidParameterValue(
          `The snapshot ${snapshot.identifier} is ${snapshot.status}; it must be available`,
        )
      }
      const changes = {
        multiAz: input.MultiAZ ?? false,
        deletionProtection: input.DeletionProtection ?? false,
        ...(input.DBInstanceClass === undefined ? {} : { instanceClass: input.DBInstanceClass }),
      }
      const restored = view.catalog.restore(snapshot.definition, identifier, changes, snapshot.path)
      return { DBInstance: await describeInstance(view, restored) }
    },
  })

/** RDS API Reference, "CreateDBSnapshot", "RestoreDBInstanceFromDBSnapshot": the constraints on identifiers. */
function checkName(parameter: string, name: string, longest: number): void {
  const valid = /^[a-z](-?[a-z0-9])*$/i.test(name) && name.length <= longest
  if (valid) return
  throw new InvalidParameterValue(
    `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII ` +
      `letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
  )
}
