import type { Instance, Machine } from '@terrace/model'
import { type BuildContext, type BuilderTable, node, notModelled, part } from './build-context.ts'
import { creationOf } from './creation-policy.ts'
import { templateMachine } from './launch-source.ts'
import { interfaceOf, machineOf } from './machine.ts'
import type { PropertyReader } from './property-reader.ts'
import { tagsOf } from './tags.ts'

/** Launch templates, launch configurations, single instances, instance profiles. */
export const launching: BuilderTable = {
  'AWS::EC2::LaunchTemplate': node(context => {
    const { properties, resource } = context
    const data = properties.requiredObject('LaunchTemplateData')
    properties.withoutEffect({
      TagSpecifications: 'tags of the template itself, for people',
      VersionDescription: 'for people',
    })
    return {
      ...context.base('launchTemplate'),
      name: properties.text('LaunchTemplateName') ?? resource.generatedName('logicalId'),
      machine: machineOf(context, data, ['SecurityGroupIds', 'SecurityGroups']).machine,
    }
  }),
  'AWS::AutoScaling::LaunchConfiguration': part(context => {
    const { properties } = context
    properties.readElsewhere('LaunchConfigurationName')
    const reading = machineOf(context, properties, ['SecurityGroups'])
    // A launch configuration watches closely unless it says otherwise.
    const detailedMonitoring = properties.boolean('InstanceMonitoring') ?? true
    return { kind: 'launchConfiguration', ...reading, machine: { ...reading.machine, detailedMonitoring } }
  }),
  'AWS::IAM::InstanceProfile': part(context => {
    const { properties } = context
    properties.readElsewhere('InstanceProfileName', 'Path')
    const [role] = context.findAll(properties, 'Roles', 'role')
    return { kind: 'instanceProfile', ...(role === undefined ? {} : { role }) }
  }),
  'AWS::EC2::Instance': node((context): Instance => {
    const { properties } = context
    const template = properties.object('LaunchTemplate')
    const own = machineOf(context, properties, ['SecurityGroupIds', 'SecurityGroups'])
    const network = interfaceOf(properties)
    const reader = properties.has('SubnetId') || !network ? properties : network
    if (!reader.has('SubnetId'))
      throw notModelled(properties, 'SubnetId', 'it names no subnet, so that AWS puts it into its default VPC')
    const subnet = context.lookUp(reader.requiredText('SubnetId'), 'subnet')
    if (!subnet) throw notModelled(reader, 'SubnetId', `its subnet ${reader.text('SubnetId')} is not in these stacks`)
    properties.withoutEffect({ AvailabilityZone: 'the zone is the one of the subnet' })
    const privateAddress = properties.text('PrivateIpAddress') ?? network?.text('PrivateIpAddress')
    return {
      ...context.base('instance'),
      machine: {
        ...(template ? overridden(templateMachine(context, template), own.machine, properties) : own.machine),
        ...(properties.boolean('PropagateTagsToVolumeOnCreation') ? { volumeTags: tagsOf(properties) } : {}),
      },
      subnet: subnet.id,
      zone: subnet.zone,
      publicAddress: own.publicAddress ?? subnet.mapPublicIpOnLaunch,
      ...(privateAddress === undefined ? {} : { privateAddress }),
      ...attachedVolumes(context),
      ...creationOf(context.creationPolicy),
    }
  }),
  'AWS::EC2::KeyPair': { makes: 'nothing', because: 'it names the key of a person; nobody logs in here' },
}

/** `Volumes`: those that are attached while the instance starts. */
function attachedVolumes(context: BuildContext): Pick<Instance, 'volumes'> {
  const volumes = context.properties.objects('Volumes').flatMap(each => {
    const volume = context.find(each, 'VolumeId', 'volume')
    return volume === undefined ? [] : [{ volume, device: each.requiredText('Device') }]
  })
  return volumes.length === 0 ? {} : { volumes }
}

/** What the instance says itself wins over its launch template. */
function overridden(base: Machine, own: Machine, properties: PropertyReader): Machine {
  return {
    ...base,
    ...(properties.has('ImageId') ? { imageId: own.imageId } : {}),
    ...(properties.has('InstanceType') ? { instanceType: own.instanceType } : {}),
    ...(own.securityGroups.length > 0 ? { securityGroups: own.securityGroups } : {}),
    ...(own.role === undefined ? {} : { role: own.role }),
    ...(properties.has('MetadataOptions')
      ? { imdsv2Required: own.imdsv2Required, metadataHopLimit: own.metadataHopLimit }
      : {}),
    ...(properties.has('Monitoring') ? { detailedMonitoring: own.detailedMonitoring } : {}),
    ...(own.terminatesOnShutdown ? { terminatesOnShutdown: true } : {}),
    ...(properties.has('UserData') ? { userData: own.userData } : {}),
    ...(own.workload ? { workload: own.workload } : {}),
  }
}
