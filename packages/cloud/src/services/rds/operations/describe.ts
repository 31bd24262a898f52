import { type DbInstance, getNode, subnetsOf } from '@terrace/model'
import { Timestamp } from '../../../gateway/time.ts'
import { namedList } from '../../../gateway/xml.ts'
import { backupWindow } from '../backup/automated.ts'
import type { Snapshot } from '../backup/snapshots.ts'
import type { RunningDatabase } from '../databases.ts'
import { type RdsView, rdsArn } from './view.ts'

/** RDS API Reference, "DBInstance", as far as the model knows its values. */
export async function describeInstance(view: RdsView, database: RunningDatabase): Promise<unknown> {
  const node = database.definition
  const [primary, standby] = database.members
  const groups = node.securityGroups.map(id => getNode(view.world.architecture, id, 'securityGroup'))
  return {
    DBInstanceIdentifier: database.identifier,
    DBInstanceArn: node.arn,
    DBInstanceStatus: database.status,
    DBInstanceClass: node.instanceClass,
    Engine: node.engine,
    EngineVersion: node.engineVersion,
    DBName: node.databaseName,
    MasterUsername: await view.resolve(node.masterUsername),
    MasterUserSecret:
      node.managedSecretArn === undefined ? undefined : { SecretArn: node.managedSecretArn, SecretStatus: 'active' },
    Endpoint: { Address: node.endpoint, Port: node.port },
    AvailabilityZone: primary?.zone,
    SecondaryAvailabilityZone: standby?.zone,
    MultiAZ: standby !== undefined,
    AllocatedStorage: node.storageGiB,
    StorageType: node.storageType,
    StorageEncrypted: node.encrypted,
    BackupRetentionPeriod: node.backupRetentionDays,
    PreferredBackupWindow: backupWindow(node),
    DeletionProtection: node.deletionProtection,
    PubliclyAccessible: node.publiclyAccessible,
    VpcSecurityGroups: namedList(
      'VpcSecurityGroupMembership',
      groups.map(group => ({ VpcSecurityGroupId: group.physicalId, Status: 'active' })),
    ),
    DBSubnetGroup: describeSubnetGroup(view, node),
    TagList: tagList(node),
  }
}

/** RDS API Reference, "DBSubnetGroup". differs: the model has no name for it, so it has the instance's */
export function describeSubnetGroup(view: RdsView, node: DbInstance): unknown {
  const { architecture } = view.world
  const subnets = subnetsOf(architecture, node.subnets)
  const vpc = subnets[0] && getNode(architecture, subnets[0].vpc, 'vpc')
  return {
    DBSubnetGroupName: node.identifier,
    DBSubnetGroupDescription: `subnets of ${node.identifier}`,
    DBSubnetGroupArn: rdsArn(view, 'subgrp', node.identifier),
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
  }
}

/** RDS API Reference, "DBSnapshot". */
export async function describeSnapshot(view: RdsView, snapshot: Snapshot): Promise<unknown> {
  const { definition, identifier, status, type, createdAt } = snapshot
  return {
    DBSnapshotIdentifier: identifier,
    DBSnapshotArn: rdsArn(view, 'snapshot', identifier),
    DBInstanceIdentifier: definition.identifier,
    SnapshotType: type,
    Status: status,
    PercentProgress: status === 'available' ? 100 : 0,
    SnapshotCreateTime: new Timestamp(createdAt),
    Engine: definition.engine,
    EngineVersion: definition.engineVersion,
    AllocatedStorage: definition.storageGiB,
    StorageType: definition.storageType,
    Encrypted: definition.encrypted,
    Port: definition.port,
    MasterUsername: await view.resolve(definition.masterUsername),
    AvailabilityZone: definition.zone,
  }
}

export const tagList = (node: DbInstance) =>
  namedList(
    'Tag',
    Object.entries(node.tags).map(([Key, Value]) => ({ Key, Value })),
  )
