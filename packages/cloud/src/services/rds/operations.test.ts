import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeDBEngineVersionsCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeDBSubnetGroupsCommand,
  DescribeEventsCommand,
  ListTagsForResourceCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RebootDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, sessionOf, startTestCloud, type TestCloud, testRole } from '../../gateway/testing.ts'
import type { JournalEntry } from '../../journal.ts'
import { findInstalled } from '../../programs/programs.ts'
import { rdsService } from './index.ts'
import { libraryDatabase, subnet, surroundings, VPC } from './testing.ts'
import { clientOf } from './testing-writer.ts'

const mariadb = await findInstalled('mariadb')
const ID = 'library-db'

describe.skipIf(!mariadb)(`RDS through the SDK${mariadb ? '' : ' (skipped: MariaDB is not installed)'}`, () => {
  let cloud: TestCloud
  let rds: RDSClient
  let templates = ''
  const role = testRole('reader', { Effect: 'Allow', Action: 'rds:Describe*', Resource: '*' })

  beforeAll(async () => {
    templates = await mkdtemp(join(tmpdir(), 'terrace-templates-'))
    cloud = await startTestCloud({
      nodes: [
        VPC,
        subnet('a', '10.0.1.0/24'),
        subnet('b', '10.0.2.0/24'),
        libraryDatabase({
          multiAz: true,
          deletionProtection: true,
          tags: { team: 'books' },
          engineVersion: '',
          resourceId: 'db-ABCDEFGHIJKLMNOPQRSTUVWXYZ',
          backupRetentionDays: 1,
        }),
        role,
      ],
      services: [surroundings, rdsService({ embedded: 'never', templates })],
    })
    rds = new RDSClient(clientOptions(cloud.gateway.url))
  })
  afterAll(async () => {
    rds?.destroy()
    await cloud?.running.at(-1)?.stop()
    await cloud?.world.supervisor.stopAll(1000)
    await cloud?.stop()
    await rm(templates, { recursive: true })
  })

  const next = (kind: string): Promise<JournalEntry> => cloud.world.journal.next(entry => entry.kind === kind)
  const describeOne = async (identifier = ID) =>
    (await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }))).DBInstances?.[0]
  async function connect(endpoint: string) {
    const network = await cloud.world.ports.need('network')
    const [address] = network.resolve(endpoint)
    const place = network.interfaces().find(each => each.address === address)
    if (!place) throw new Error(`${endpoint} leads nowhere`)
    return clientOf('mysql', network.socketOf(place, 3306))
  }

  it('has a first backup as soon as it is there', async () => {
    await expect.poll(async () => (await describeOne())?.LatestRestorableTime, { timeout: 10_000 }).toBeDefined()
    expect(await describeOne()).toMatchObject({ DBInstanceStatus: 'available' })
  })

  it('DescribeDBInstances tells what the template says and what runs', async () => {
    expect(await describeOne('Library-DB')).toMatchObject({
      DBInstanceIdentifier: ID,
      DBInstanceStatus: 'available',
      MasterUsername: 'admin',
      AvailabilityZone: 'us-east-1b',
      SecondaryAvailabilityZone: 'us-east-1a',
      MultiAZ: true,
      DeletionProtection: true,
      EngineVersion: '8.0.46',
      DbiResourceId: 'db-ABCDEFGHIJKLMNOPQRSTUVWXYZ',
      InstanceCreateTime: expect.any(Date),
      DBParameterGroups: [{ DBParameterGroupName: 'default.mysql8.0', ParameterApplyStatus: 'in-sync' }],
      Endpoint: { Address: 'library-db.abcdefghijkl.us-east-1.rds.amazonaws.com', Port: 3306 },
      DBSubnetGroup: {
        DBSubnetGroupName: 'library-subnets',
        VpcId: 'vpc-1',
        Subnets: [{ SubnetIdentifier: 'subnet-a' }, { SubnetIdentifier: 'subnet-b' }],
      },
    })
    expect(await describeOne(libraryDatabase().arn)).toBeDefined()
  })

  it('knows no other instances, refuses bad pages and what is not emulated', async () => {
    expect(await failureOf(describeOne('other'))).toEqual({
      name: 'DBInstanceNotFoundFault',
      status: 404,
      message: 'DBInstance other not found.',
    })
    expect(await failureOf(rds.send(new DescribeDBInstancesCommand({ MaxRecords: 5 })))).toMatchObject({
      name: 'InvalidParameterValue',
      status: 400,
    })
    const bigger = rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: ID, DBInstanceClass: 'db.m5.large' }))
    expect((await failureOf(bigger)).message).toMatch(/DBInstanceClass of ModifyDBInstance is not emulated/)
  })

  it('honours filters, and refuses those that it does not know', async () => {
    const having = async (Name: string, ...Values: string[]) =>
      (await rds.send(new DescribeDBInstancesCommand({ Filters: [{ Name, Values }] }))).DBInstances?.map(
        ({ DBInstanceIdentifier }) => DBInstanceIdentifier,
      )
    expect(await having('engine', 'mysql', 'postgres')).toEqual([ID])
    expect(await having('engine', 'postgres')).toEqual([])
    expect(await having('db-instance-id', ID)).toEqual([ID])
    expect(await having('dbi-resource-id', 'db-ABCDEFGHIJKLMNOPQRSTUVWXYZ')).toEqual([ID])
    expect(await failureOf(having('colour', 'red'))).toEqual({
      name: 'InvalidParameterValue',
      status: 400,
      message: 'Unrecognized filter name: colour',
    })
  })

  it('keeps automated snapshots from those who would delete them', async () => {
    const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'automated' }))
    const identifier = DBSnapshots[0]?.DBSnapshotIdentifier ?? ''
    expect(identifier).toMatch(/^rds:library-db-\d{4}-\d\d-\d\d-\d\d-\d\d$/)
    const deleted = rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: identifier }))
    expect(await failureOf(deleted)).toMatchObject({ name: 'InvalidDBSnapshotStateFault', status: 400 })
  })

  it('lists subnet groups, engine versions and tags', async () => {
    const groups = await rds.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: 'Library-Subnets' }))
    expect(groups.DBSubnetGroups?.[0]?.Subnets).toHaveLength(2)
    const versions = await rds.send(new DescribeDBEngineVersionsCommand({ Engine: 'mysql' }))
    expect(versions.DBEngineVersions).toMatchObject([{ EngineVersion: '8.0.46', DBParameterGroupFamily: 'mysql8.0' }])
    const standard = await rds.send(new DescribeDBEngineVersionsCommand({ Engine: 'mysql', DefaultOnly: true }))
    expect(standard.DBEngineVersions?.map(({ EngineVersion }) => EngineVersion)).toEqual(['8.0.46'])
    const newer = new DescribeDBEngineVersionsCommand({ Engine: 'mysql', EngineVersion: '8.4', DefaultOnly: true })
    expect((await rds.send(newer)).DBEngineVersions).toMatchObject([{ DBParameterGroupFamily: 'mysql8.4' }])
    const tags = await rds.send(new ListTagsForResourceCommand({ ResourceName: libraryDatabase().arn }))
    expect(tags.TagList).toEqual([{ Key: 'team', Value: 'books' }])
  })

  it('is allowed by the policies of the caller alone', async () => {
    const limited = new RDSClient(await cloud.as(sessionOf(role)))
    await limited.send(new DescribeDBInstancesCommand({}))
    expect(await failureOf(limited.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: ID })))).toMatchObject({
      name: 'AccessDenied',
      status: 403,
    })
    limited.destroy()
  })

  it('reboots with a failover: the zones change places, and the events have their words', async () => {
    const completed = next('rds.failover.completed')
    const synchronous = next('rds.synchronous')
    const answer = await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: ID, ForceFailover: true }))
    expect(answer.DBInstance?.DBInstanceStatus).toBe('rebooting')
    await completed
    await synchronous
    expect(await describeOne()).toMatchObject({
      AvailabilityZone: 'us-east-1a',
      SecondaryAvailabilityZone: 'us-east-1b',
    })
    const { Events = [] } = await rds.send(
      new DescribeEventsCommand({ SourceType: 'db-instance', SourceIdentifier: ID, EventCategories: ['failover'] }),
    )
    expect(Events.map(({ Message }) => Message)).toEqual([
      'Multi-AZ instance failover started.',
      'The user requested a failover of the DB instance.',
      'Multi-AZ instance failover completed.',
    ])
  })

  it('restores a snapshot into an instance of its own, with the rows of that moment', async () => {
    const endpoint = (await describeOne())?.Endpoint?.Address ?? ''
    const client = await connect(endpoint)
    await client.query('CREATE TABLE writes (id INT PRIMARY KEY, body VARCHAR(200) NOT NULL)')
    for (let id = 1; id <= 20; id++) await client.insert(id)
    const taken = next('rds.snapshot')
    const begun = await rds.send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: ID, DBSnapshotIdentifier: 'before' }),
    )
    expect(begun.DBSnapshot).toMatchObject({ Status: 'creating', SnapshotType: 'manual' })
    await taken
    const { DBSnapshots } = await rds.send(
      new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: ID, SnapshotType: 'manual' }),
    )
    expect(DBSnapshots).toMatchObject([{ DBSnapshotIdentifier: 'before', Status: 'available', Engine: 'mysql' }])
    await client.query('DELETE FROM writes WHERE id > 5')

    const created = next('rds.created')
    const restored = await rds.send(
      new RestoreDBInstanceFromDBSnapshotCommand({ DBInstanceIdentifier: 'copy', DBSnapshotIdentifier: 'before' }),
    )
    expect(restored.DBInstance).toMatchObject({ DBInstanceIdentifier: 'copy', DBInstanceStatus: 'creating' })
    await created
    const other = await connect((await describeOne('copy'))?.Endpoint?.Address ?? '')
    expect(await other.ids()).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(await client.ids()).toEqual([1, 2, 3, 4, 5])
    await Promise.all([client.end(), other.end()])

    const again = rds.send(
      new RestoreDBInstanceFromDBSnapshotCommand({ DBInstanceIdentifier: 'copy', DBSnapshotIdentifier: 'before' }),
    )
    expect(await failureOf(again)).toMatchObject({ name: 'DBInstanceAlreadyExistsFault' })
    const gone = next('rds.deleted')
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'copy', SkipFinalSnapshot: true }))
    await gone
    await rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: 'before' }))
    const missing = rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'before' }))
    expect(await failureOf(missing)).toMatchObject({ name: 'DBSnapshotNotFoundFault', status: 404 })
  })

  it('is not deleted while it is protected', async () => {
    const deleted = rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: ID, SkipFinalSnapshot: true }))
    expect(await failureOf(deleted)).toEqual({
      name: 'InvalidParameterCombination',
      status: 400,
      message: 'Cannot delete protected DB Instance, please disable deletion protection and try again.',
    })
  })

  it('is stopped and started', async () => {
    const stopped = next('rds.stopped')
    await rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: ID }))
    await stopped
    expect(await describeOne()).toMatchObject({ DBInstanceStatus: 'stopped' })
    const reboot = rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: ID }))
    expect(await failureOf(reboot)).toMatchObject({ name: 'InvalidDBInstanceStateFault', status: 400 })
    const started = next('rds.started')
    await rds.send(new StartDBInstanceCommand({ DBInstanceIdentifier: ID }))
    await started
    expect(await describeOne()).toMatchObject({ DBInstanceStatus: 'available', MultiAZ: true })
  })

  it('gives up its standby and gets another one', async () => {
    await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: ID, MultiAZ: false, BackupRetentionPeriod: 3 }))
    await expect.poll(async () => (await describeOne())?.DBInstanceStatus).toBe('available')
    expect(await describeOne()).toMatchObject({ MultiAZ: false, BackupRetentionPeriod: 3 })
    expect(
      await failureOf(rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: ID, ForceFailover: true }))),
    ).toMatchObject({ name: 'InvalidParameterCombination', status: 400 })
    const synchronous = next('rds.synchronous')
    await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: ID, MultiAZ: true }))
    await synchronous
    const client = await connect((await describeOne())?.Endpoint?.Address ?? '')
    expect(await client.ids()).toEqual([1, 2, 3, 4, 5])
    await client.end()
    expect(await describeOne()).toMatchObject({ MultiAZ: true, AvailabilityZone: 'us-east-1a' })
  })
})
