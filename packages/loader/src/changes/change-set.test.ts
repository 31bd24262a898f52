import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { load } from '../load.ts'
import { BUILDERS } from '../nodes/table.ts'
import { changeSet } from './change-set.ts'
import type { DescribedResource } from './described-resource.ts'
import { replacementOf } from './replacement.ts'
import { REPLACEMENTS } from './replacement-table.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-changes-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function described(Resources: object, Parameters: object = {}): Promise<readonly DescribedResource[]> {
  const file = join(folder, 'shop.json')
  writeFileSync(file, JSON.stringify({ Parameters, Resources }))
  const resources: DescribedResource[] = []
  await load({ kind: 'template', file }, { onResource: resource => resources.push(resource) })
  return resources
}

const changesBetween = async (before: object, after: object) =>
  changeSet(await described(before), await described(after))

const bucket = (Properties: object = {}) => ({ Type: 'AWS::S3::Bucket', Properties })

const task = (image: string) => ({
  Type: 'AWS::ECS::TaskDefinition',
  Properties: { Family: 'web', ContainerDefinitions: [{ Name: 'web', Image: image }] },
})

const service = {
  Type: 'AWS::ECS::Service',
  Properties: { TaskDefinition: { Ref: 'Task' }, Cluster: { Ref: 'Cluster' }, DesiredCount: 2 },
}

describe('the change set of two loads', () => {
  it('is empty for the same template', async () => {
    expect(await changesBetween({ A: bucket() }, { A: bucket() })).toEqual([])
  })

  it('has what is added, modified and removed, removals last', async () => {
    const changes = await changesBetween(
      { Old: bucket(), Kept: bucket({ Tags: [{ Key: 'a', Value: '1' }] }) },
      { New: bucket(), Kept: bucket({ Tags: [{ Key: 'a', Value: '2' }] }) },
    )
    expect(changes.map(({ logicalId, action }) => `${action} ${logicalId}`)).toEqual([
      'add New',
      'modify Kept',
      'remove Old',
    ])
    expect(changes[1]?.properties).toEqual([{ path: 'Tags[0].Value', before: '1', after: '2', replacement: 'never' }])
  })

  it('says what AWS replaces, and changes what refers to it, in the order of the dependencies', async () => {
    const Cluster = { Type: 'AWS::ECS::Cluster' }
    const changes = await changesBetween(
      { Service: service, Task: task('web:1'), Cluster },
      { Service: service, Task: task('web:2'), Cluster },
    )
    expect(changes.map(({ logicalId, replacement }) => [logicalId, replacement])).toEqual([
      ['Task', 'always'],
      ['Service', 'never'],
    ])
    expect(changes[1]?.properties).toMatchObject([{ path: 'TaskDefinition', byReference: ['shop/Task'] }])
  })

  it('lets a group follow a new version of its launch template', async () => {
    const template = (type: string) => ({
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: { LaunchTemplateData: { InstanceType: type } },
    })
    const Group = {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      Properties: {
        MinSize: '1',
        MaxSize: '1',
        LaunchTemplate: {
          LaunchTemplateId: { Ref: 'Template' },
          Version: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] },
        },
      },
    }
    const changes = await changesBetween(
      { Template: template('t3.micro'), Group },
      { Template: template('t3.small'), Group },
    )
    expect(changes.map(({ logicalId, replacement }) => [logicalId, replacement])).toEqual([
      ['Template', 'never'],
      ['Group', 'conditionally'],
    ])
  })

  it('shows no secret: neither a parameter with NoEcho nor a password', async () => {
    const Parameters = { Word: { Type: 'String', NoEcho: true, Default: 'first-word' } }
    const Secret = {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { Name: 'a', Description: { Ref: 'Word' }, SecretString: 'one' },
    }
    const before = await described({ Secret }, Parameters)
    const after = await described(
      { Secret: { ...Secret, Properties: { ...Secret.Properties, SecretString: 'two' } } },
      { Word: { ...Parameters.Word, Default: 'second-word' } },
    )
    const changes = changeSet(before, after)
    expect(changes[0]?.properties.map(({ path }) => path)).toEqual(['Description', 'SecretString'])
    expect(JSON.stringify(changes)).not.toMatch(/first-word|second-word|one|two/)
  })
})

describe('the table of what AWS replaces', () => {
  // By their pages in the CloudFormation Template Reference, "Update requires".
  it.each([
    ['AWS::ECS::TaskDefinition', 'ContainerDefinitions[0].Image', 'always'],
    ['AWS::ECS::Service', 'DesiredCount', 'never'],
    ['AWS::ECS::Service', 'ServiceName', 'always'],
    ['AWS::EC2::SecurityGroup', 'SecurityGroupIngress[0].FromPort', 'never'],
    ['AWS::EC2::SecurityGroup', 'GroupDescription', 'always'],
    ['AWS::AutoScaling::AutoScalingGroup', 'LaunchTemplate.Version', 'conditionally'],
    ['AWS::ElasticLoadBalancingV2::TargetGroup', 'HealthCheckPath', 'never'],
    ['AWS::ElasticLoadBalancingV2::TargetGroup', 'Port', 'always'],
    ['AWS::Route53::HealthCheck', 'HealthCheckConfig.Type', 'always'],
    ['AWS::Route53::HealthCheck', 'HealthCheckConfig.Port', 'never'],
    ['AWS::S3::Bucket', 'BucketName', 'always'],
    ['AWS::XRay::SamplingRule', 'SamplingRule.Version', 'always'],
    ['AWS::XRay::SamplingRule', 'SamplingRule.FixedRate', 'never'],
    ['AWS::ElastiCache::ReplicationGroup', 'ReplicasPerNodeGroup', 'never'],
    ['AWS::EC2::FlowLog', 'TagFieldSpecifications', 'always'],
    ['Custom::Thing', 'Anything', 'conditionally'],
  ])('%s %s: %s', (type, path, expected) => {
    expect(replacementOf(type, path)).toBe(expected)
  })

  it('has a row for every type that the loader reads, but for custom resources', () => {
    const missing = Object.keys(BUILDERS).filter(type => type.startsWith('AWS::') && !REPLACEMENTS[type])
    expect(missing.filter(type => type !== 'AWS::CDK::Metadata')).toEqual([])
  })
})
