import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Architecture } from '@terrace/model'
import { afterAll, describe, expect, it } from 'vitest'
import { load } from '../load.ts'

const folder = mkdtempSync(join(tmpdir(), 'creation-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function loaded(policies: string): Promise<Architecture> {
  const file = join(folder, 'shop.yaml')
  writeFileSync(
    file,
    `
Resources:
  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }
  Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: us-east-1a } }
  Web: { Type: AWS::EC2::SecurityGroup, Properties: { VpcId: !Ref Vpc, GroupDescription: web } }
  Named: { Type: AWS::EC2::SecurityGroup, Properties: { VpcId: !Ref Vpc, GroupDescription: web, GroupName: named } }
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        ImageId: ami-0123456789abcdef0
        TagSpecifications:
          - { ResourceType: instance, Tags: [{ Key: Tier, Value: web }] }
          - { ResourceType: volume, Tags: [{ Key: Disk, Value: web }] }
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    ${policies}
    Properties: { MinSize: '1', MaxSize: '2', VPCZoneIdentifier: [!Ref Subnet], LaunchTemplate: { LaunchTemplateId: !Ref Template, Version: '1' } }
  Single:
    Type: AWS::EC2::Instance
    CreationPolicy: { ResourceSignal: {} }
    Properties: { SubnetId: !Ref Subnet, ImageId: ami-0123456789abcdef0, PropagateTagsToVolumeOnCreation: true, Tags: [{ Key: Name, Value: one }] }
`,
  )
  return load({ kind: 'template', file })
}

const get = ({ nodes }: Architecture, logicalId: string) => nodes.find(({ origin }) => origin.logicalId === logicalId)

describe('a creation policy', () => {
  it('says how many signals are waited for, how long, and how many of them must be successes', async () => {
    const architecture = await loaded(
      'CreationPolicy: { ResourceSignal: { Count: 4, Timeout: PT1H }, AutoScalingCreationPolicy: { MinSuccessfulInstancesPercent: 50 } }',
    )
    expect(get(architecture, 'Group')).toMatchObject({
      creation: { signals: 4, timeout: 3_600_000, minSuccessfulPercent: 50 },
    })
    expect(get(architecture, 'Single')).toMatchObject({ creation: { signals: 1, timeout: 300_000 } })
    expect(architecture.gaps).toEqual([])
  })

  it('waits twelve hours at most, and the text says so', async () => {
    const policy = 'CreationPolicy: { ResourceSignal: { Timeout: PT13H } }'
    await expect(loaded(policy)).rejects.toThrow('at most twelve hours')
  })

  it('waits for nothing when it names no signal', async () => {
    expect(
      get(await loaded('UpdatePolicy: { AutoScalingRollingUpdate: { MaxBatchSize: 1 } }'), 'Group'),
    ).not.toHaveProperty('creation')
  })
})

describe('what the template leaves without a name', () => {
  it('gets one as CloudFormation makes it up, the same at every load', async () => {
    const [first, second] = [await loaded(''), await loaded('')]
    expect(get(first, 'Web')).toMatchObject({ name: expect.stringMatching(/^shop-Web-[A-Za-z0-9]{12}$/) })
    expect(get(first, 'Named')).toMatchObject({ name: 'named' })
    expect(get(first, 'Template')).toMatchObject({ name: expect.stringMatching(/^Template_[A-Za-z0-9]{12}$/) })
    expect(second.nodes).toEqual(first.nodes)
  })

  it('has an id of its own when it is a stack', async () => {
    const [stack] = (await loaded('')).stacks
    expect(stack?.id).toMatch(/^arn:aws:cloudformation:us-east-1:123456789012:stack\/shop\/[0-9a-f-]{36}$/)
  })
})

it('tags instances and volumes as the template says, each with its own', async () => {
  const architecture = await loaded('')
  expect(get(architecture, 'Template')).toMatchObject({
    machine: { tags: { Tier: 'web' }, volumeTags: { Disk: 'web' } },
  })
  expect(get(architecture, 'Single')).toMatchObject({ machine: { volumeTags: { Name: 'one' } } })
})
