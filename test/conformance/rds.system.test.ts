import {
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  ListTagsForResourceCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RebootDBInstanceCommand,
  waitUntilDBInstanceAvailable,
} from '@aws-sdk/client-rds'
import { beforeAll, describe, expect, it } from 'vitest'
import { isInstalled } from '../commands.ts'
import { failureOf } from './failure.ts'
import { arn } from './forms.ts'
import { operatorTypes } from './operator.ts'
import { suite } from './suite.ts'
import { SIDE } from './target.ts'

const missing =
  SIDE === 'aws' || ['mariadbd', '/usr/sbin/mariadbd', 'mysqld'].some(isInstalled)
    ? undefined
    : 'MariaDB is not installed'

describe.skipIf(missing)(`a database${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const { target, output, client, operator } = suite({ database: true })
  const rds = () => client(RDSClient)
  const named = () => ({ DBInstanceIdentifier: output('Data') })
  // A new instance begins with a backup.
  beforeAll(async () => {
    await waitUntilDBInstanceAvailable({ client: rds(), maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, named())
  })

  describe('what RDS tells about a stack', () => {
    it('has the instance, in two zones, with its address', async () => {
      const { DBInstances } = await rds().send(new DescribeDBInstancesCommand(named()))
      expect(DBInstances).toMatchObject([
        {
          DBInstanceIdentifier: output('Data'),
          DBInstanceArn: expect.stringMatching(arn('rds', `db:${output('Data')}`)),
          DBInstanceClass: 'db.t4g.micro',
          DBInstanceStatus: 'available',
          Engine: 'mysql',
          DBName: 'conformance',
          MasterUsername: 'conformance',
          Endpoint: { Address: output('DataAddress'), Port: 3306 },
          AllocatedStorage: 20,
          StorageType: 'gp3',
          StorageEncrypted: true,
          MultiAZ: true,
          BackupRetentionPeriod: 1,
          DeletionProtection: false,
          PubliclyAccessible: false,
          VpcSecurityGroups: [{ VpcSecurityGroupId: output('DatabaseGroup'), Status: 'active' }],
          DBSubnetGroup: { VpcId: output('Vpc'), SubnetGroupStatus: 'Complete' },
        },
      ])
      const { AvailabilityZone, SecondaryAvailabilityZone, DBSubnetGroup } = DBInstances?.[0] ?? {}
      const zones = DBSubnetGroup?.Subnets?.map(each => each.SubnetAvailabilityZone?.Name).sort()
      expect([AvailabilityZone, SecondaryAvailabilityZone].sort()).toEqual(zones)
    })

    it('finds it by its ARN, too, and lists its tags', async () => {
      const first = await rds().send(new DescribeDBInstancesCommand(named()))
      const ResourceName = first.DBInstances?.[0]?.DBInstanceArn ?? ''
      const { DBInstances } = await rds().send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: ResourceName }))
      expect(DBInstances).toHaveLength(1)
      const { TagList } = await rds().send(new ListTagsForResourceCommand({ ResourceName }))
      expect(TagList).toBeInstanceOf(Array)
    })

    it('has events with their time, their categories and the ARN of their source', async () => {
      const query = { SourceType: 'db-instance' as const, SourceIdentifier: output('Data'), Duration: 20_160 }
      const { Events } = await rds().send(new DescribeEventsCommand(query))
      for (const event of Events ?? []) {
        expect(event).toMatchObject({
          SourceIdentifier: output('Data'),
          SourceType: 'db-instance',
          SourceArn: expect.stringMatching(arn('rds', `db:${output('Data')}`)),
          Date: expect.any(Date),
          EventCategories: expect.any(Array),
        })
      }
    })
  })

  describe('what RDS refuses', () => {
    it.each<[name: string, status: number, code: string, message: RegExp, call: () => Promise<unknown>]>([
      [
        'an instance that is not there',
        404,
        'DBInstanceNotFoundFault',
        /^DBInstance terrace-nobody not found\.?$/,
        () => rds().send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'terrace-nobody' })),
      ],
      [
        'to reboot an instance that is not there',
        404,
        'DBInstanceNotFoundFault',
        /terrace-nobody not found/,
        () => rds().send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'terrace-nobody' })),
      ],
      [
        'a snapshot that is not there',
        404,
        'DBSnapshotNotFoundFault',
        /terrace-nobody/,
        () => rds().send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'terrace-nobody' })),
      ],
      [
        'pages of fewer than 20',
        400,
        'InvalidParameterValue',
        /^Invalid value 5 for MaxRecords\. Must be between 20 and 100$/,
        () => rds().send(new DescribeDBInstancesCommand({ MaxRecords: 5 })),
      ],
      [
        'to keep backups for longer than 35 days',
        400,
        'InvalidParameterValue',
        /backup retention period/i,
        () => rds().send(new ModifyDBInstanceCommand({ ...named(), BackupRetentionPeriod: 99 })),
      ],
      [
        'events of a source without its type',
        400,
        'InvalidParameterCombination',
        /SourceType/,
        () => rds().send(new DescribeEventsCommand({ SourceIdentifier: output('Data') })),
      ],
    ])('%s', async (_, status, code, message, call) => {
      expect(await failureOf(call())).toMatchObject({ status, code, message: expect.stringMatching(message) })
    })

    it('what the role of the caller does not allow', async () => {
      const limited = await operator(RDSClient)
      expect((await limited.send(new DescribeDBInstancesCommand(named()))).DBInstances).toHaveLength(1)
      expect(await failureOf(limited.send(new RebootDBInstanceCommand(named())))).toMatchObject({
        code: 'AccessDenied',
        status: 403,
        message: expect.stringMatching(
          /^User: arn:\S+ is not authorized to perform: rds:RebootDBInstance on resource: arn:\S+:db:\S+ because no identity-based policy allows the rds:RebootDBInstance action$/,
        ),
      })
    })
  })

  describe('an operator looks at the database', () => {
    operatorTypes(target, [
      {
        does: 'reads status and address',
        types: `aws rds describe-db-instances --db-instance-identifier $Data --query 'DBInstances[0].[DBInstanceStatus,Endpoint.Port,MultiAZ]' --output text`,
        prints: 'available\t3306\tTrue\n',
      },
      {
        does: 'lists the databases as a table',
        types: `aws rds describe-db-instances --query 'DBInstances[].{Id:DBInstanceIdentifier,Engine:Engine}' --output table`,
        prints: /DescribeDBInstances[\s\S]*\|\s+mysql\s+\|\s+\S+\s+\|/,
      },
      {
        does: 'says what is missing',
        types: 'aws rds describe-db-instances --db-instance-identifier terrace-nobody',
        fails: true,
        prints:
          /An error occurred \(DBInstanceNotFound\) when calling the DescribeDBInstances operation: DBInstance terrace-nobody not found/,
      },
    ])
  })
})
