import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateDBParameterGroupCommand,
  DeleteDBParameterGroupCommand,
  DescribeDBInstancesCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBParametersCommand,
  DescribeEngineDefaultParametersCommand,
  ModifyDBInstanceCommand,
  ModifyDBParameterGroupCommand,
  type Parameter,
  RDSClient,
  RebootDBInstanceCommand,
  ResetDBParameterGroupCommand,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, startTestCloud, type TestCloud } from '../../../gateway/testing.ts'
import { findInstalled } from '../../../programs/programs.ts'
import { testNode } from '../../../testing/architecture.ts'
import { rdsService } from '../index.ts'
import { findPostgres } from '../postgres/find.ts'
import { libraryDatabase, subnet, surroundings, VPC } from '../testing.ts'
import { clientOf } from '../testing-writer.ts'

const ID = 'library-db'
const CASES = [
  {
    engine: 'mysql',
    name: 'MariaDB',
    installed: (await findInstalled('mariadb')) !== undefined,
    port: 3306,
    engineVersion: '8.0.46',
    family: 'mysql8.0',
    dynamic: {
      name: 'wait_timeout',
      first: '600',
      second: '1200',
      show: 'SELECT @@global.wait_timeout AS v',
      initial: 28800,
    },
    static: { name: 'performance_schema', value: '1', show: 'SELECT 1 AS v', before: 1, after: 1 },
    connections: { show: 'SELECT @@max_connections AS v', value: 85 },
  },
  {
    engine: 'postgres',
    name: 'PostgreSQL',
    installed: (await findPostgres()) !== undefined,
    port: 5432,
    engineVersion: '15.13',
    family: 'postgres15',
    dynamic: {
      name: 'work_mem',
      first: '8192',
      second: '16384',
      show: "SELECT setting::int AS v FROM pg_settings WHERE name = 'work_mem'",
      initial: 4096,
    },
    static: {
      name: 'max_locks_per_transaction',
      value: '128',
      show: "SELECT setting::int AS v FROM pg_settings WHERE name = 'max_locks_per_transaction'",
      before: 64,
      after: 128,
    },
    connections: { show: "SELECT setting::int AS v FROM pg_settings WHERE name = 'max_connections'", value: 112 },
  },
] as const

for (const each of CASES) {
  describe.skipIf(!each.installed)(
    `DB parameter groups on ${each.name}${each.installed ? '' : ` (skipped: ${each.name} is not installed)`}`,
    { timeout: 60_000 },
    () => {
      let cloud: TestCloud
      let rds: RDSClient
      let templates = ''
      beforeAll(async () => {
        templates = await mkdtemp(join(tmpdir(), 'terrace-templates-'))
        const group = testNode('dbParameterGroup', 'Group', {
          name: 'own',
          family: each.family,
          description: 'Of the template',
          parameters: { [each.dynamic.name]: each.dynamic.first, 'no.such': '1' },
        })
        const { engine, port, engineVersion } = each
        const database = libraryDatabase({ engine, port, engineVersion, multiAz: true, parameterGroup: group.id })
        cloud = await startTestCloud({
          nodes: [VPC, subnet('a', '10.0.1.0/24'), subnet('b', '10.0.2.0/24'), group, database],
          services: [surroundings, rdsService({ embedded: 'never', templates })],
        })
        rds = new RDSClient(clientOptions(cloud.gateway.url))
      }, 60_000)
      afterAll(async () => {
        rds?.destroy()
        await cloud?.running.at(-1)?.stop()
        await cloud?.world.supervisor.stopAll(1000)
        await cloud?.stop()
        await rm(templates, { recursive: true })
      })

      const describeOne = async () =>
        (await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: ID }))).DBInstances?.[0]
      const status = async () => (await describeOne())?.DBParameterGroups?.[0]
      /** The value that a new connection sees. */
      async function value(sql: string): Promise<unknown> {
        const network = await cloud.world.ports.need('network')
        const [address] = network.resolve((await describeOne())?.Endpoint?.Address ?? '')
        const place = network.interfaces().find(other => other.address === address)
        if (!place) throw new Error('the endpoint leads nowhere')
        const client = await clientOf(each.engine, network.socketOf(place, each.port))
        const [row] = await client.query(sql)
        await client.end()
        return Number(Reflect.get(Object(row), 'v'))
      }
      const modify = (DBParameterGroupName: string, ...Parameters: Parameter[]) =>
        rds.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName, Parameters }))
      const one = (
        ParameterName: string,
        ParameterValue: string,
        ApplyMethod: Parameter['ApplyMethod'] = 'immediate',
      ) => ({
        ParameterName,
        ParameterValue,
        ApplyMethod,
      })
      async function reboot(ForceFailover: boolean): Promise<void> {
        const synchronous = cloud.world.journal.next(({ kind }) => kind === 'rds.synchronous')
        await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: ID, ForceFailover }))
        await synchronous
        await expect.poll(async () => (await describeOne())?.DBInstanceStatus, { timeout: 20_000 }).toBe('available')
      }

      it('of the template is in force, and what the server can not follow is said by name', async () => {
        expect(await status()).toEqual({ DBParameterGroupName: 'own', ParameterApplyStatus: 'in-sync' })
        expect(await value(each.dynamic.show)).toBe(Number(each.dynamic.first))
        expect(await value(each.connections.show)).toBe(each.connections.value)
        expect(cloud.world.journal.since(0).map(({ message }) => message)).toContain(
          `${ID}: the parameter no.such = 1 of own is not carried out: the local server has no such parameter, or it is not known here`,
        )
      })

      it('takes a dynamic parameter at once, a static one at the reboot, and gives both back', async () => {
        await modify('own', one(each.dynamic.name, each.dynamic.second))
        expect(await value(each.dynamic.show)).toBe(Number(each.dynamic.second))
        expect((await status())?.ParameterApplyStatus).toBe('in-sync')
        expect(await failureOf(modify('own', one(each.static.name, each.static.value)))).toEqual({
          name: 'InvalidParameterCombination',
          status: 400,
          message: 'cannot use immediate apply method for static parameter',
        })
        await modify('own', one(each.static.name, each.static.value, 'pending-reboot'))
        expect((await status())?.ParameterApplyStatus).toBe('pending-reboot')
        expect(await value(each.static.show)).toBe(each.static.before)
        await reboot(false)
        expect((await status())?.ParameterApplyStatus).toBe('in-sync')
        expect(await value(each.static.show)).toBe(each.static.after)
        // The standby has them, too.
        await reboot(true)
        expect(await value(each.dynamic.show)).toBe(Number(each.dynamic.second))
        expect(await value(each.static.show)).toBe(each.static.after)
        await rds.send(
          new ResetDBParameterGroupCommand({
            DBParameterGroupName: 'own',
            Parameters: [{ ParameterName: each.dynamic.name, ApplyMethod: 'immediate' }],
          }),
        )
        expect(await value(each.dynamic.show)).toBe(each.dynamic.initial)
      })

      it('refuses what RDS refuses, and by name what can not be done here', async () => {
        expect((await failureOf(modify('own', one('nonsense', '1')))).message).toBe(
          'Could not find parameter with name: nonsense',
        )
        expect((await failureOf(modify('own', one(each.dynamic.name, 'many')))).message).toMatch(
          new RegExp(`^Invalid parameter value: many for: ${each.dynamic.name} allowed values are: `),
        )
        const durable = each.engine === 'mysql' ? one('sync_binlog', '0') : one('synchronous_commit', 'off')
        expect((await failureOf(modify('own', durable))).message).toMatch(/is not emulated by the local cloud/)
        expect(
          await failureOf(modify(`default.${each.family}`, one(each.dynamic.name, each.dynamic.first))),
        ).toMatchObject({
          name: 'InvalidParameterValue',
        })
        const used = rds.send(new DeleteDBParameterGroupCommand({ DBParameterGroupName: 'own' }))
        expect(await failureOf(used)).toMatchObject({ name: 'InvalidDBParameterGroupStateFault', status: 400 })
        const other = rds.send(new DescribeDBParametersCommand({ DBParameterGroupName: 'other' }))
        expect(await failureOf(other)).toMatchObject({ name: 'DBParameterGroupNotFoundFault', status: 404 })
      })

      it('is made, described, used and deleted', async () => {
        const { DBParameterGroup } = await rds.send(
          new CreateDBParameterGroupCommand({
            DBParameterGroupName: 'Second',
            DBParameterGroupFamily: each.family,
            Description: 'By the API',
          }),
        )
        expect(DBParameterGroup).toEqual({
          DBParameterGroupName: 'second',
          DBParameterGroupFamily: each.family,
          Description: 'By the API',
          DBParameterGroupArn: 'arn:aws:rds:us-east-1:123456789012:pg:second',
        })
        const { DBParameterGroups = [] } = await rds.send(new DescribeDBParameterGroupsCommand({}))
        expect(DBParameterGroups.map(group => group.DBParameterGroupName)).toEqual([
          `default.${each.family}`,
          'own',
          'second',
        ])
        await modify('second', one('max_connections', '50', 'pending-reboot'))
        const { Parameters } = await rds.send(
          new DescribeDBParametersCommand({ DBParameterGroupName: 'second', Source: 'user' }),
        )
        expect(Parameters).toMatchObject([{ ParameterName: 'max_connections', ParameterValue: '50', Source: 'user' }])
        const { EngineDefaults } = await rds.send(
          new DescribeEngineDefaultParametersCommand({ DBParameterGroupFamily: each.family }),
        )
        expect(
          EngineDefaults?.Parameters?.find(({ ParameterName }) => ParameterName === 'max_connections'),
        ).toMatchObject({
          ParameterValue: expect.stringContaining('{DBInstanceClassMemory/'),
          Source: 'system',
        })
        await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: ID, DBParameterGroupName: 'second' }))
        expect(await status()).toEqual({ DBParameterGroupName: 'second', ParameterApplyStatus: 'pending-reboot' })
        expect(await value(each.connections.show)).toBe(each.connections.value)
        await reboot(false)
        expect(await value(each.connections.show)).toBe(50)
        await rds.send(
          new ModifyDBInstanceCommand({ DBInstanceIdentifier: ID, DBParameterGroupName: `default.${each.family}` }),
        )
        await rds.send(new DeleteDBParameterGroupCommand({ DBParameterGroupName: 'second' }))
      })
    },
  )
}
