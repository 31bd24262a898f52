import { messageOf } from '@terrace/kit'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { namedList } from '../../../gateway/xml.ts'
import { InvalidDbSnapshotState } from '../errors.ts'
import { MAX_SNAPSHOT_IDENTIFIER } from '../limits.ts'
import { describeSnapshot } from './describe.ts'
import { FILTERS, filtered } from './filters.ts'
import { checkName } from './names.ts'
import { onInstance, onSnapshot, PAGE, pageOf, type RdsView } from './view.ts'

/** The operations on snapshots. */
export const snapshotOperations = (view: RdsView): readonly Operation[] => [
  createDbSnapshot(view),
  describeDbSnapshots(view),
  deleteDbSnapshot(view),
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
      ...FILTERS,
      ...PAGE,
    }),
    authorize: input => onSnapshot(view, 'DescribeDBSnapshots', input.DBSnapshotIdentifier),
    async run(input) {
      const { DBSnapshotIdentifier: wanted, DBInstanceIdentifier: instance, SnapshotType: type } = input
      const all = (wanted === undefined ? view.snapshots.all : [view.snapshots.get(wanted)]).filter(
        snapshot =>
          (type === undefined || snapshot.type === type) &&
          (instance === undefined || [snapshot.definition.identifier, snapshot.definition.arn].includes(instance)),
      )
      const chosen = filtered(all, input.Filters, {
        'db-instance-id': ({ definition }) => [definition.identifier, definition.arn],
        'db-snapshot-id': ({ identifier }) => [identifier],
        'dbi-resource-id': ({ definition }) => [definition.resourceId],
        'snapshot-type': snapshot => [snapshot.type],
        engine: ({ definition }) => [definition.engine],
      })
      const { page, marker } = pageOf(chosen, ({ identifier }) => identifier, input)
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
      if (view.snapshots.get(input.DBSnapshotIdentifier).type === 'automated') {
        throw new InvalidDbSnapshotState('Only manual snapshots may be deleted.')
      }
      const snapshot = await view.snapshots.delete(input.DBSnapshotIdentifier)
      return { DBSnapshot: { ...Object(await describeSnapshot(view, snapshot)), Status: 'deleted' } }
    },
  })
