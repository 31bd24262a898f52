import type { Machine, NodeId } from '@terrace/model'
import type { BuildContext } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'
import { userDataOf } from './user-data.ts'

// What a machine has on AWS and nothing depends on here: disks, keys for people, how it is rented and watched.
const WITHOUT_EFFECT = [
  'BlockDeviceMappings',
  'CreditSpecification',
  'DisableApiTermination',
  'EbsOptimized',
  'InstanceInitiatedShutdownBehavior',
  'InstanceMonitoring',
  'KeyName',
  'Monitoring',
  'PropagateTagsToVolumeOnCreation',
  'SourceDestCheck',
  'TagSpecifications',
  'Tenancy',
]

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
  reader.withoutEffect(...WITHOUT_EFFECT)
  const [network] = reader.objects('NetworkInterfaces')
  network?.withoutEffect('DeviceIndex', 'DeleteOnTermination', 'Description', 'NetworkCardIndex')
  const role = roleOf(context, reader)
  const userData = userDataOf(context, reader)
  const workload = context.workload(userData)
  const options = reader.object('MetadataOptions')
  options?.withoutEffect('HttpPutResponseHopLimit', 'HttpEndpoint', 'HttpProtocolIpv6', 'InstanceMetadataTags')
  const publicAddress = network?.boolean('AssociatePublicIpAddress') ?? reader.boolean('AssociatePublicIpAddress')
  const machine: Machine = {
    imageId: reader.text('ImageId') ?? '',
    instanceType: reader.text('InstanceType') ?? 'm1.small',
    securityGroups: [
      ...groupKeys.flatMap(key => context.findAll(reader, key, 'securityGroup')),
      ...(network ? ['Groups', 'GroupSet'].flatMap(key => context.findAll(network, key, 'securityGroup')) : []),
    ],
    ...(role === undefined ? {} : { role }),
    imdsv2Required: options?.oneOf('HttpTokens', ['optional', 'required']) === 'required',
    userData,
    ...(workload ? { workload } : {}),
  }
  return { machine, ...(publicAddress === undefined ? {} : { publicAddress }) }
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
