import { type Architecture, type DbInstance, getNode, subnetsOf } from '@terrace/model'
import { z } from 'zod'
import { type OperationsApi, operation, shape, wireInteger } from '../../gateway/api.ts'
import { namedList } from '../../gateway/xml.ts'
import type { Databases, RunningDatabase } from './databases.ts'
import { DbInstanceNotFound, InvalidParameterValue } from './errors.ts'
import { MAX_RECORDS, MIN_RECORDS } from './limits.ts'

/** What the operations look at. */
export interface RdsView {
  readonly architecture: Architecture
  readonly databases: Databases
  /** Replaces dynamic references. */
  readonly resolve: (text: string) => Promise<string>
}

/** RDS over its Query protocol, version 2014-10-31. */
export const rdsApi = (view: RdsView): OperationsApi => ({
  signingName: 'rds',
  protocol: { kind: 'query', version: '2014-10-31', namespace: 'http://rds.amazonaws.com/doc/2014-10-31/' },
  operations: [describeDbInstances(view)],
})

const describeDbInstances = (view: RdsView) =>
  operation({
    name: 'DescribeDBInstances',
    input: shape({
      DBInstanceIdentifier: z.string().optional(),
      MaxRecords: wireInteger().optional(),
      Marker: z.string().optional(),
    }),
    authorize: input => {
      const found = findDatabase(view, input.DBInstanceIdentifier)
      const { region, account } = view.architecture
      const arn = found
        ? nodeOf(view, found).arn
        : `arn:aws:rds:${region}:${account}:db:${input.DBInstanceIdentifier ?? '*'}`
      return { action: 'rds:DescribeDBInstances', resource: arn }
    },
    async run(input) {
      const size = input.MaxRecords ?? MAX_RECORDS
      if (size < MIN_RECORDS || size > MAX_RECORDS) {
        throw new InvalidParameterValue(
          `Invalid value ${size} for MaxRecords. Must be between ${MIN_RECORDS} and ${MAX_RECORDS}`,
        )
      }
      const found = findDatabase(view, input.DBInstanceIdentifier)
      if (input.DBInstanceIdentifier !== undefined && !found) throw new DbInstanceNotFound(input.DBInstanceIdentifier)
      const all = found ? [found] : view.databases.all
      const from = positionOf(all, input.Marker)
      const page = all.slice(from, from + size)
      const instances = await Promise.all(page.map(database => describe(view, database)))
      return {
        DBInstances: namedList('DBInstance', instances),
        Marker: from + size < all.length ? page.at(-1)?.identifier : undefined,
      }
    },
  })

/** By identifier, which knows no case, or by ARN. */
function findDatabase(view: RdsView, wanted: string | undefined): RunningDatabase | undefined {
  if (wanted === undefined) return undefined
  return view.databases.all.find(
    database => database.identifier === wanted.toLowerCase() || nodeOf(view, database).arn === wanted,
  )
}

function positionOf(all: readonly RunningDatabase[], marker: string | undefined): number {
  if (marker === undefined) return 0
  const position = all.findIndex(({ identifier }) => identifier === marker)
  if (position < 0) throw new InvalidParameterValue(`Invalid marker ${marker}`)
  return position + 1
}

const nodeOf = (view: RdsView, database: RunningDatabase): DbInstance =>
  getNode(view.architecture, database.node, 'dbInstance')

/** RDS API Reference, "DBInstance", as far as the model knows its values. */
async function describe(view: RdsView, database: RunningDatabase): Promise<unknown> {
  const node = nodeOf(view, database)
  const [primary, standby] = database.members
  const subnets = subnetsOf(view.architecture, node.subnets)
  const groups = node.securityGroups.map(id => getNode(view.architecture, id, 'securityGroup'))
  const vpc = subnets[0] && getNode(view.architecture, subnets[0].vpc, 'vpc')
  return {
    DBInstanceIdentifier: database.identifier,
    DBInstanceArn: node.arn,
    DBInstanceStatus: database.status,
    DBInstanceClass: node.instanceClass,
    Engine: node.engine,
    EngineVersion: node.engineVersion,
    DBName: node.databaseName,
    MasterUsername: await view.resolve(node.masterUsername),
    Endpoint: { Address: node.endpoint, Port: node.port },
    AvailabilityZone: primary?.zone,
    SecondaryAvailabilityZone: standby?.zone,
    MultiAZ: standby !== undefined,
    AllocatedStorage: node.storageGiB,
    StorageType: node.storageType,
    StorageEncrypted: node.encrypted,
    BackupRetentionPeriod: node.backupRetentionDays,
    DeletionProtection: node.deletionProtection,
    PubliclyAccessible: node.publiclyAccessible,
    VpcSecurityGroups: namedList(
      'VpcSecurityGroupMembership',
      groups.map(group => ({ VpcSecurityGroupId: group.physicalId, Status: 'active' })),
    ),
    DBSubnetGroup: {
      VpcId: vpc?.physicalId,
      SubnetGroupStatus: 'Complete',
      Subnets: namedList(
        'Subnet',
        subnets.map(({ physicalId, zone }) => ({
          SubnetIdentifier: physicalId,
          SubnetAvailabilityZone: { Name: zone },
          SubnetStatus: 'Active',
        })),
      ),
    },
    TagList: namedList(
      'Tag',
      Object.entries(node.tags).map(([Key, Value]) => ({ Key, Value })),
    ),
  }
}
