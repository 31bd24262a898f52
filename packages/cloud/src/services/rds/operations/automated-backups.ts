import { z } from 'zod'
import { operation, shape } from '../../../gateway/api.ts'
import { Timestamp } from '../../../gateway/time.ts'
import { namedList } from '../../../gateway/xml.ts'
import { AutomatedBackupNotFound } from '../errors.ts'
import { ServerInstance } from '../server-instance.ts'
import { describeParties } from './describe.ts'
import { FILTERS, filtered } from './filters.ts'
import { onInstance, PAGE, pageOf, type RdsView, rdsArn } from './view.ts'

/** Which moments of which instances can be brought back. differs: only of those that are there, none are retained */
export const describeDbInstanceAutomatedBackups = (view: RdsView) =>
  operation({
    name: 'DescribeDBInstanceAutomatedBackups',
    input: shape({
      DBInstanceIdentifier: z.string().optional(),
      DbiResourceId: z.string().optional(),
      ...FILTERS,
      ...PAGE,
    }),
    authorize: input => onInstance(view, 'DescribeDBInstanceAutomatedBackups', input.DBInstanceIdentifier),
    async run(input) {
      const { DBInstanceIdentifier: identifier, DbiResourceId: resourceId } = input
      const all = view.catalog.all.filter(
        (instance): instance is ServerInstance =>
          instance instanceof ServerInstance &&
          instance.definition.backupRetentionDays > 0 &&
          (identifier === undefined || instance.identifier === identifier.toLowerCase()) &&
          (resourceId === undefined || instance.definition.resourceId === resourceId),
      )
      const wanted = identifier ?? resourceId
      if (wanted !== undefined && all.length === 0) throw new AutomatedBackupNotFound(wanted)
      const chosen = filtered(all, input.Filters, {
        status: instance => [statusOf(view, instance)],
        'db-instance-id': instance => [instance.identifier, instance.definition.arn],
        'dbi-resource-id': instance => [instance.definition.resourceId],
      })
      const { page, marker } = pageOf(chosen, instance => instance.identifier, input)
      const backups = await Promise.all(page.map(instance => describeBackup(view, instance)))
      return { Marker: marker, DBInstanceAutomatedBackups: namedList('DBInstanceAutomatedBackup', backups) }
    },
  })

/** `creating` until the first backup is there. RDS API Reference, "DBInstanceAutomatedBackup". */
const statusOf = (view: RdsView, instance: ServerInstance): 'active' | 'creating' =>
  view.backups.timelineOf(instance).latest === undefined ? 'creating' : 'active'

async function describeBackup(view: RdsView, instance: ServerInstance): Promise<unknown> {
  const { definition } = instance
  const { earliest, latest } = view.backups.timelineOf(instance)
  return {
    ...(await describeParties(view, instance)),
    DBInstanceAutomatedBackupsArn: rdsArn(
      view,
      'auto-backup',
      `ab-${(definition.resourceId ?? '').slice('db-'.length)}`,
    ),
    Region: view.world.architecture.region,
    Status: statusOf(view, instance),
    RestoreWindow: {
      EarliestTime: earliest === undefined ? undefined : new Timestamp(earliest),
      LatestTime: latest === undefined ? undefined : new Timestamp(latest),
    },
    Port: definition.port,
    Encrypted: definition.encrypted,
  }
}
