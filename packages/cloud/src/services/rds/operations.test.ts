import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Call } from '../../gateway/api.ts'
import { queryCodec } from '../../gateway/protocols/query.ts'
import { itemsOf, memberOf, readXml } from '../../gateway/xml.ts'
import { rdsService } from './index.ts'
import { rdsApi } from './operations.ts'
import { libraryDatabase, makeStateFolder, makeWorld, type TestWorld } from './testing.ts'

const CALL: Call = {
  requestId: '0',
  principal: { kind: 'administrator', arn: 'arn:aws:iam::123456789012:root' },
}

let folder: Awaited<ReturnType<typeof makeStateFolder>>
let world: TestWorld
beforeEach(async () => {
  folder = await makeStateFolder()
  world = makeWorld(folder.state, libraryDatabase({ masterUsername: '{{resolve:secretsmanager:x}}' }), {
    secret: 'chief',
  })
  await rdsService({ embedded: 'forced' }).start(world)
})
afterEach(async () => {
  await world.close()
  await folder.remove()
})

/** Calls DescribeDBInstances and reads the XML as a client would. */
async function describeInstances(input: object): Promise<readonly unknown[]> {
  const { architecture, ports } = world
  const secrets = await ports.need('secrets')
  const view = {
    architecture,
    databases: await ports.need('databases'),
    resolve: (text: string) => secrets.resolve(text),
  }
  const api = rdsApi(view)
  const [operation] = api.operations
  if (api.protocol.kind !== 'query' || !operation) throw new Error('not a Query API')
  const output = await operation.prepare(input, CALL).run()
  const { body } = queryCodec(api.protocol, api.operations).success(operation.name, output, '0')
  const result = memberOf(memberOf(readXml(String(body)), 'DescribeDBInstancesResponse'), 'DescribeDBInstancesResult')
  return itemsOf(memberOf(memberOf(result, 'DBInstances'), 'DBInstance'))
}

it('DescribeDBInstances tells what the template says and what runs', async () => {
  const [instance] = await describeInstances({})
  expect(instance).toMatchObject({
    DBInstanceIdentifier: 'library-db',
    DBInstanceStatus: 'available',
    MasterUsername: 'chief',
    AvailabilityZone: 'us-east-1b',
    MultiAZ: 'false',
    Endpoint: { Address: 'library-db.abcdefghijkl.us-east-1.rds.amazonaws.com', Port: '3306' },
    DBSubnetGroup: {
      VpcId: 'vpc-1',
      Subnets: { Subnet: [{ SubnetIdentifier: 'subnet-a' }, { SubnetIdentifier: 'subnet-b' }] },
    },
  })
})

it('DescribeDBInstances finds one by identifier or ARN, and knows no others', async () => {
  expect(await describeInstances({ DBInstanceIdentifier: 'Library-DB' })).toHaveLength(1)
  expect(await describeInstances({ DBInstanceIdentifier: libraryDatabase().arn })).toHaveLength(1)
  await expect(describeInstances({ DBInstanceIdentifier: 'other' })).rejects.toMatchObject({
    code: 'DBInstanceNotFound',
    status: 404,
    message: 'DBInstance other not found.',
  })
})

it('DescribeDBInstances refuses what it does not implement and bad pages', async () => {
  await expect(describeInstances({ Filters: [] })).rejects.toThrow(/Filters of DescribeDBInstances is not emulated/)
  await expect(describeInstances({ MaxRecords: '5' })).rejects.toMatchObject({ code: 'InvalidParameterValue' })
  await expect(describeInstances({ Marker: 'nobody' })).rejects.toMatchObject({ code: 'InvalidParameterValue' })
  expect(await describeInstances({ MaxRecords: '20', Marker: 'library-db' })).toEqual([])
})
