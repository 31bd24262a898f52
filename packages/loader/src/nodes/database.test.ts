import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodesOf } from '@terrace/model'
import { expect, it } from 'vitest'
import { load } from '../load.ts'

const TEMPLATE = `
Resources:
  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: { VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: us-east-1a }
  Subnets:
    Type: AWS::RDS::DBSubnetGroup
    Properties: { DBSubnetGroupName: Sample, DBSubnetGroupDescription: Two zones, SubnetIds: [!Ref Subnet] }
  Group:
    Type: AWS::RDS::DBParameterGroup
    Properties:
      DBParameterGroupName: own
      Family: mysql8.4
      Description: Longer waits
      Parameters: { max_connections: '{DBInstanceClassMemory/25165760}', wait_timeout: 600 }
  Own:
    Type: AWS::RDS::DBInstance
    Properties: { Engine: mysql, DBSubnetGroupName: !Ref Subnets, DBParameterGroupName: !Ref Group }
  Standard:
    Type: AWS::RDS::DBInstance
    Properties: { Engine: mysql, DBSubnetGroupName: !Ref Subnets, DBParameterGroupName: default.mysql8.4 }
  Elsewhere:
    Type: AWS::RDS::DBInstance
    Properties: { Engine: mysql, DBSubnetGroupName: !Ref Subnets, DBParameterGroupName: of-another-stack }
`

it('a database knows its subnet group and its parameter group, and a group that is not there is a gap', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-database-'))
  const file = join(folder, 'template.yaml')
  writeFileSync(file, TEMPLATE)
  const architecture = await load({ kind: 'template', file })
  const [group] = nodesOf(architecture, 'dbParameterGroup')
  expect(group).toMatchObject({
    name: 'own',
    family: 'mysql8.4',
    description: 'Longer waits',
    parameters: { max_connections: '{DBInstanceClassMemory/25165760}', wait_timeout: '600' },
  })
  const [own, standard, elsewhere] = nodesOf(architecture, 'dbInstance')
  expect(own?.parameterGroup).toBe(group?.id)
  expect(own?.subnetGroup).toEqual({ name: 'sample', description: 'Two zones' })
  expect(own?.resourceId).toMatch(/^db-[A-Z0-9]{26}$/)
  expect([standard?.parameterGroup, elsewhere?.parameterGroup]).toEqual([undefined, undefined])
  expect(architecture.gaps.map(({ path }) => path)).toEqual(['Resources.Elsewhere.Properties.DBParameterGroupName'])
  await rm(folder, { recursive: true })
})
