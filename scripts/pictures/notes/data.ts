import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds'
import type { Clients } from '../clients.ts'
import type { Picture } from '../picture.ts'
import { terrace } from '../system.ts'

/** The database instance. */
export async function database({ rds }: Clients): Promise<Picture> {
  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}))
  const [instance] = DBInstances
  return {
    file: 'database',
    title: 'RDS database',
    source: 'rds DescribeDBInstances',
    sections: [
      {
        kind: 'facts',
        heading: instance?.DBInstanceIdentifier ?? '',
        facts: {
          Status: instance?.DBInstanceStatus,
          Engine: `${instance?.Engine} ${instance?.EngineVersion}, ${instance?.DBInstanceClass}`,
          Database: instance?.DBName,
          'Writer endpoint': `${instance?.Endpoint?.Address}:${instance?.Endpoint?.Port}`,
          'Multi-AZ': instance?.MultiAZ,
          Zones: `primary ${instance?.AvailabilityZone}, standby ${instance?.SecondaryAvailabilityZone}`,
          'Publicly accessible': instance?.PubliclyAccessible,
          Encrypted: instance?.StorageEncrypted,
          Subnets: instance?.DBSubnetGroup?.Subnets?.map(
            ({ SubnetIdentifier, SubnetAvailabilityZone }) => `${SubnetIdentifier} ${SubnetAvailabilityZone?.Name}`,
          ).join('\n'),
          Backups: `${instance?.BackupRetentionPeriod} days`,
        },
      },
    ],
  }
}

/** A client session through the bastion: the tables of the notes. */
export async function bastion(): Promise<Picture> {
  const words = ['-e', 'SELECT USER() AS client, DATABASE() AS db; SHOW TABLES;']
  return {
    file: 'bastion',
    title: 'The bastion, connected to the database',
    source: 'terrace connect notes db, which is the bastion’s position in the network',
    sections: [
      {
        kind: 'terminal',
        command: `terrace connect notes db -- -t -e "${words[1]}"`,
        output: await terrace('connect', 'notes', 'db', '--', '-t', ...words),
      },
    ],
  }
}
