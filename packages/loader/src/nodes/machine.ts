import type { Machine, NodeId } from '@terrace/model'
import type { BuildContext } from './build-context.ts'
import { metadataOptionsOf } from './metadata-options.ts'
import type { PropertyReader } from './property-reader.ts'
import { tagsOf } from './tags.ts'
import { userDataOf } from './user-data.ts'

// What a machine has on AWS and nothing depends on here: disks, keys for people, how it is rented and watched.
const WITHOUT_EFFECT = {
  BlockDeviceMappings: 'the disk is the one of this machine',
  CreditSpecification: 'it concerns bills',
  EbsOptimized: 'the disk is the one of this machine',
  KeyName: 'nobody logs in here',
  SourceDestCheck: 'no traffic is led through an instance here',
  Tenancy: 'it concerns bills',
}

/** A machine, and whether its network interface is told to take a public address. */
export interface MachineReading {
  readonly machine: Machine
  readonly publicAddress?: boolean
}

/**
 * Reads what launch templates, launch configurations and instances say alike, each in its own spelling.
 *
 * @param groupKeys  the properties that may list security groups
 */
export function machineOf(context: BuildContext, reader: PropertyReader, groupKeys: readonly string[]): MachineReading {
  reader.withoutEffect(WITHOUT_EFFECT)
  listTerminationProtection(context, reader)
  const [network] = reader.objects('NetworkInterfaces')
  network?.withoutEffect({
    DeviceIndex: 'an instance has one interface here',
    DeleteOnTermination: 'an interface goes with its instance',
    Description: 'for people',
    NetworkCardIndex: 'an instance has one interface here',
  })
  const role = roleOf(context, reader)
  const userData = userDataOf(context, reader)
  const workload = context.workload(userData)
  const publicAddress = network?.boolean('AssociatePublicIpAddress') ?? reader.boolean('AssociatePublicIpAddress')
  const imageId = reader.text('ImageId') ?? ''
  const machine: Machine = {
    imageId,
    instanceType: reader.text('InstanceType') ?? 'm1.small',
    securityGroups: [
      ...groupKeys.flatMap(key => context.findAll(reader, key, 'securityGroup')),
      ...(network ? ['Groups', 'GroupSet'].flatMap(key => context.findAll(network, key, 'securityGroup')) : []),
    ],
    ...(role === undefined ? {} : { role }),
    ...metadataOptionsOf(context, reader, imageId),
    detailedMonitoring: monitored(reader),
    ...(endsOnShutdown(reader) ? { terminatesOnShutdown: true } : {}),
    userData,
    ...launchTagsOf(reader),
    ...(workload ? { workload } : {}),
  }
  return { machine, ...(publicAddress === undefined ? {} : { publicAddress }) }
}

/** What a launch template puts on instances and their volumes; interfaces have no tags here. */
function launchTagsOf(reader: PropertyReader): Pick<Machine, 'tags' | 'volumeTags'> {
  const specifications = reader.objects('TagSpecifications').map(specification => ({
    type: specification.text('ResourceType'),
    tags: tagsOf(specification),
  }))
  const tagsFor = (type: string): Readonly<Record<string, string>> =>
    Object.assign({}, ...specifications.filter(each => each.type === type).map(({ tags }) => tags))
  const [tags, volumeTags] = [tagsFor('instance'), tagsFor('volume')]
  return {
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    ...(Object.keys(volumeTags).length > 0 ? { volumeTags } : {}),
  }
}

function listTerminationProtection(context: BuildContext, reader: PropertyReader): void {
  const key = 'DisableApiTermination'
  if (!reader.boolean(key)) return
  const message = 'TerminateInstances ends the instance here all the same'
  context.gap('property', reader.pathOf(key), reader.placeOf(key).line, message)
}

const endsOnShutdown = (reader: PropertyReader): boolean =>
  reader.oneOf('InstanceInitiatedShutdownBehavior', ['stop', 'terminate']) === 'terminate'

/** Launch templates say it in a mapping, instances as they are. */
function monitored(reader: PropertyReader): boolean {
  const nested = reader.node('Monitoring')?.kind === 'mapping'
  return (nested ? reader.object('Monitoring')?.boolean('Enabled') : reader.boolean('Monitoring')) ?? false
}

/** The first network interface names the subnet of a single instance. */
export const interfaceOf = (reader: PropertyReader): PropertyReader | undefined =>
  reader.objects('NetworkInterfaces')[0]

function roleOf(context: BuildContext, reader: PropertyReader): NodeId | undefined {
  const key = 'IamInstanceProfile'
  if (!reader.has(key)) return undefined
  const nested = reader.node(key)?.kind === 'mapping' ? reader.object(key) : undefined
  const value = nested ? (nested.text('Arn') ?? nested.text('Name')) : reader.text(key)
  const profile = value === undefined ? undefined : context.part(value, 'instanceProfile')
  if (!profile) {
    const message = `the instance profile ${value} is not one of these stacks; the machine has no role here`
    context.gap('value', reader.pathOf(key), reader.placeOf(key).line, message)
  }
  return profile?.role
}
