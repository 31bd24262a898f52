import { TerraceError } from '@terrace/kit'
import { findNode, type LaunchTemplate, type Machine, nodesOf, type Subnet } from '@terrace/model'
import { z } from 'zod'
import { type Operation, wireBoolean, wireInteger, wireList } from '../../../gateway/api.ts'
import type { Access } from '../../../identity/authorizer.ts'
import { requirePassRole } from '../../../identity/pass-role.ts'
import {
  InsufficientFreeAddresses,
  InsufficientInstanceCapacity,
  InvalidParameterCombination,
  InvalidParameterValue,
  MalformedImageId,
  MissingParameter,
  NotFound,
} from '../errors.ts'
import { profileArn } from '../facts.ts'
import type { RunningMachine } from '../machine.ts'
import { imageIds } from './catalogue.ts'
import { ec2Operation } from './describe.ts'
import { describeInstance } from './instances.ts'
import { arnOf, type Ec2Site, nodeWithId } from './site.ts'

const tags = wireList(z.strictObject({ Key: z.string(), Value: z.string().default('') }))

const members = {
  MinCount: wireInteger(),
  MaxCount: wireInteger(),
  LaunchTemplate: z
    .strictObject({
      LaunchTemplateId: z.string().optional(),
      LaunchTemplateName: z.string().optional(),
      Version: z.string().optional(),
    })
    .optional(),
  ImageId: z.string().optional(),
  InstanceType: z.string().optional(),
  SubnetId: z.string().optional(),
  SecurityGroupId: wireList(z.string()).optional(),
  PrivateIpAddress: z.string().optional(),
  IamInstanceProfile: z.strictObject({ Arn: z.string().optional(), Name: z.string().optional() }).optional(),
  Monitoring: z.strictObject({ Enabled: wireBoolean() }).optional(),
  MetadataOptions: z
    .strictObject({
      HttpTokens: z.enum(['optional', 'required']).optional(),
      HttpPutResponseHopLimit: wireInteger().optional(),
    })
    .optional(),
  TagSpecification: wireList(z.strictObject({ ResourceType: z.string(), Tag: tags })).optional(),
  ClientToken: z.string().optional(),
}

type Input = z.output<z.ZodObject<typeof members>>

/** What is to be launched. */
interface Plan {
  readonly machine: Machine
  readonly subnet: Subnet
  readonly owner: string
  readonly template: LaunchTemplate | undefined
}

/**
 * RunInstances: from a launch template of the model, with what the call says itself in place of the template's.
 * User data can't be given in the call: what it starts is known from the template alone.
 */
export function runInstances(site: Ec2Site): Operation {
  const answered = new Map<string, unknown>()
  return ec2Operation({
    name: 'RunInstances',
    input: members,
    authorize: input => accessOf(site, input, planOf(site, input)),
    async run(input) {
      const { ClientToken: token } = input
      if (token !== undefined && answered.has(token)) return answered.get(token)
      const answer = await launchAll(site, input, planOf(site, input))
      if (token !== undefined) answered.set(token, answer)
      return answer
    },
  })
}

async function launchAll(site: Ec2Site, input: Input, { machine, subnet, owner }: Plan): Promise<unknown> {
  const { MinCount: least, MaxCount: most, PrivateIpAddress: address } = input
  if (least < 1 || most < least) {
    throw new InvalidParameterValue(`Invalid value '${least}' for MinCount. Must be between 1 and MaxCount.`)
  }
  if (address !== undefined && most > 1) {
    throw new InvalidParameterCombination(
      'Network interfaces and an instance-level private IP address may not be combined with more than one instance',
    )
  }
  const tagsFor = (type: string): Readonly<Record<string, string>> => {
    const wanted = input.TagSpecification?.filter(({ ResourceType }) => ResourceType === type) ?? []
    return Object.fromEntries(wanted.flatMap(({ Tag }) => Tag.map(({ Key, Value }) => [Key, Value])))
  }
  const launched: RunningMachine[] = []
  for (let count = 0; count < most; count++) {
    const request = { machine, subnet: subnet.id, owner, tags: tagsFor('instance'), volumeTags: tagsFor('volume') }
    try {
      launched.push(
        await site.fleet.launch({ ...request, ...(address === undefined ? {} : { privateAddress: address }) }),
      )
    } catch (error) {
      // As many as there is room for, when that is enough.
      if (launched.length >= least) break
      throw asAwsError(error)
    }
  }
  return {
    reservationId: launched[0]?.reservation,
    ownerId: site.architecture.account,
    groupSet: [],
    instancesSet: launched.map(each => describeInstance(site, each)),
  }
}

function asAwsError(error: unknown): unknown {
  if (!(error instanceof TerraceError)) return error
  if (error.code === 'EC2_INSUFFICIENT_CAPACITY') return new InsufficientInstanceCapacity(error.message)
  if (error.code.startsWith('NETWORK_')) return new InsufficientFreeAddresses(error.message)
  return error
}

function planOf(site: Ec2Site, input: Input): Plan {
  const template = templateOf(site, input)
  const base = template?.machine
  const imageId = input.ImageId ?? base?.imageId
  if (imageId === undefined) throw new MissingParameter('ImageId')
  requireImage(site, imageId)
  const { SubnetId: subnetId, SecurityGroupId: groups, MetadataOptions: metadata } = input
  if (subnetId === undefined) {
    throw new MissingParameter('SubnetId')
  }
  const subnet = nodeWithId(site, 'subnet', subnetId)
  const role = roleOf(site, input)
  const machine: Machine = {
    detailedMonitoring: false,
    imdsv2Required: false,
    metadataHopLimit: 1,
    userData: '',
    securityGroups: [],
    ...base,
    imageId,
    instanceType: input.InstanceType ?? base?.instanceType ?? 'm1.small',
    ...(groups === undefined ? {} : { securityGroups: groups.map(id => nodeWithId(site, 'securityGroup', id).id) }),
    ...(role === undefined ? {} : { role }),
    ...(input.Monitoring ? { detailedMonitoring: input.Monitoring.Enabled } : {}),
    ...(metadata?.HttpTokens === undefined ? {} : { imdsv2Required: metadata.HttpTokens === 'required' }),
    ...(metadata?.HttpPutResponseHopLimit === undefined ? {} : { metadataHopLimit: metadata.HttpPutResponseHopLimit }),
  }
  return { machine, subnet, owner: template?.id ?? subnet.id, template }
}

/** Images that the template doesn't use don't exist here. @throws MalformedImageId, NotFound */
function requireImage({ architecture }: Ec2Site, id: string): void {
  if (imageIds(architecture).includes(id)) return
  if (!/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) throw new MalformedImageId(id)
  throw new NotFound('image', [id])
}

function templateOf(site: Ec2Site, { LaunchTemplate: wanted }: Input): LaunchTemplate | undefined {
  if (!wanted) return undefined
  const { LaunchTemplateId: id, LaunchTemplateName: name, Version: version = '$Default' } = wanted
  const found = nodesOf(site.architecture, 'launchTemplate').find(
    each => each.physicalId === id || (id === undefined && each.name === name),
  )
  if (!found) throw new NotFound('launchTemplate', [id ?? name ?? ''])
  if (!['$Default', '$Latest', '1'].includes(version)) {
    throw new InvalidParameterValue(
      `Could not find launch template version ${version}: a template of the stack has version 1`,
    )
  }
  return found
}

function roleOf({ architecture }: Ec2Site, { IamInstanceProfile: profile }: Input): string | undefined {
  if (!profile) return undefined
  const role = nodesOf(architecture, 'role').find(
    each => each.name === profile.Name || profileArn(each.arn) === profile.Arn,
  )
  if (role) return role.id
  throw new InvalidParameterValue(
    `Value (${profile.Name ?? profile.Arn}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
  )
}

/** @see Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2": RunInstances */
function accessOf(site: Ec2Site, input: Input, { machine, subnet, template }: Plan): Access[] {
  const { region } = site.architecture
  const context = {
    'ec2:InstanceType': machine.instanceType,
    'ec2:MetadataHttpTokens': machine.imdsv2Required ? 'required' : 'optional',
  }
  const resources = [
    arnOf(site, 'instance', '*'),
    `arn:aws:ec2:${region}::image/${machine.imageId}`,
    arnOf(site, 'network-interface', '*'),
    arnOf(site, 'subnet', subnet.physicalId),
    arnOf(site, 'volume', '*'),
    ...machine.securityGroups.flatMap(id => {
      const group = findNode(site.architecture, id, 'securityGroup')
      return group ? [arnOf(site, 'security-group', group.physicalId)] : []
    }),
    ...(template ? [arnOf(site, 'launch-template', template.physicalId)] : []),
  ]
  const role = machine.role === undefined ? undefined : findNode(site.architecture, machine.role, 'role')
  return [
    ...resources.map(resource => ({ action: 'ec2:RunInstances', resource, context })),
    ...(role ? [requirePassRole(role, 'ec2.amazonaws.com', arnOf(site, 'instance', '*'))] : []),
    ...(input.TagSpecification?.length
      ? [
          {
            action: 'ec2:CreateTags',
            resource: arnOf(site, 'instance', '*'),
            context: { 'ec2:CreateAction': 'RunInstances' },
          },
        ]
      : []),
  ]
}
