import { digest } from '@terrace/kit'
import { findNode, nodesOf } from '@terrace/model'
import { z } from 'zod'
import { accepted, type Operation, wireBoolean, wireInteger, wireList } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { NotFound } from '../errors.ts'
import { profileArn } from '../facts.ts'
import { coresOf, instanceType } from '../instance-types.ts'
import type { InstanceState } from '../instances.ts'
import { FIRST_STATUS_CHECK } from '../limits.ts'
import type { RunningMachine } from '../machine.ts'
import { tagSet } from '../tags.ts'
import { ownVolumes, ROOT_DEVICE, rootVolumeOf } from '../volumes.ts'
import { describing, ec2Operation } from './describe.ts'
import { arnOf, type Ec2Site, physicalIdOf } from './site.ts'

/** @see EC2 API Reference, "InstanceState" */
const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
}

/** `<instanceState>`. */
export const stateOf = (name: InstanceState) => ({ code: STATE_CODES[name], name })

/** The machine with an id. @throws NotFound */
export function machineWithId({ fleet }: Ec2Site, id: string): RunningMachine {
  const machine = fleet.find(id)
  if (!machine) throw new NotFound('instance', [id])
  return machine
}

/** Instances, their status checks and what they print. */
export const instanceOperations = (site: Ec2Site): readonly Operation[] => [
  describing({
    name: 'DescribeInstances',
    ids: 'InstanceId',
    kind: 'instance',
    idOf: ({ id }) => id,
    items: () => site.fleet.machines,
    idsWithoutPages: 'instancesSet',
    tagsOf: machine => site.tags.of(machine.id, machine.tags),
    filters: {
      'availability-zone': machine => [machine.zone],
      'image-id': machine => [machine.machine.imageId],
      'instance-id': machine => [machine.id],
      'instance-state-code': machine => [String(STATE_CODES[machine.state])],
      'instance-state-name': machine => [machine.state],
      'instance-type': machine => [machine.machine.instanceType],
      'instance.group-id': machine => groupsOf(site, machine).map(({ groupId }) => groupId),
      'instance.group-name': machine => groupsOf(site, machine).map(({ groupName }) => groupName),
      'ip-address': machine => [machine.networkInterface.publicIp],
      'network-interface.network-interface-id': machine => [machine.networkInterface.id],
      'private-ip-address': machine => [machine.networkInterface.address],
      'private-dns-name': machine => [privateName(site, machine)],
      'reservation-id': machine => [machine.reservation],
      'subnet-id': machine => [physicalIdOf(site, machine.networkInterface.subnet)],
      'vpc-id': machine => [vpcIdOf(site, machine)],
      'iam-instance-profile.arn': machine => [profileOf(site, machine)?.arn],
      architecture: machine => [instanceType(machine.machine.instanceType).architecture],
    },
    write: machine => ({
      reservationId: machine.reservation,
      ownerId: site.architecture.account,
      groupSet: [],
      instancesSet: [describeInstance(site, machine)],
    }),
    set: 'reservationSet',
  }),
  describing({
    name: 'DescribeInstanceStatus',
    ids: 'InstanceId',
    kind: 'instance',
    idOf: ({ id }) => id,
    items: () => site.fleet.machines,
    idsWithoutPages: 'instancesSet',
    extra: { IncludeAllInstances: wireBoolean().optional() },
    passes: ({ state }, input) => input.IncludeAllInstances === true || state === 'running',
    filters: {
      'availability-zone': machine => [machine.zone],
      'instance-state-code': machine => [String(STATE_CODES[machine.state])],
      'instance-state-name': machine => [machine.state],
      'instance-status.status': machine => [checksOf(site, machine).instance],
      'system-status.status': machine => [checksOf(site, machine).system],
    },
    write: machine => describeStatus(site, machine),
    set: 'instanceStatusSet',
  }),
  ec2Operation({
    name: 'GetConsoleOutput',
    input: { InstanceId: z.string(), Latest: accepted(wireBoolean().optional(), 'the newest output is always told') },
    authorize: ({ InstanceId: id }) => ({ action: 'ec2:GetConsoleOutput', resource: arnOf(site, 'instance', id) }),
    run({ InstanceId: id }) {
      const { console } = machineWithId(site, id)
      return {
        instanceId: id,
        timestamp: timestamp(console.changedAt),
        output: Buffer.from(console.text).toString('base64'),
      }
    },
  }),
  ec2Operation({
    name: 'DescribeInstanceAttribute',
    input: { InstanceId: z.string(), Attribute: z.enum(['userData', 'instanceType', 'groupSet']) },
    authorize: ({ InstanceId: id }) => ({
      action: 'ec2:DescribeInstanceAttribute',
      resource: arnOf(site, 'instance', id),
    }),
    run({ InstanceId: id, Attribute: attribute }) {
      const machine = machineWithId(site, id)
      const { userData, instanceType: type } = machine.machine
      const values = {
        userData: { userData: { value: Buffer.from(userData).toString('base64') } },
        instanceType: { instanceType: { value: type } },
        groupSet: { groupSet: groupsOf(site, machine) },
      }
      return { instanceId: id, ...values[attribute] }
    },
  }),
  ec2Operation({
    name: 'ModifyInstanceMetadataOptions',
    input: {
      InstanceId: z.string(),
      HttpTokens: z.enum(['optional', 'required']).optional(),
      HttpPutResponseHopLimit: wireInteger().pipe(z.int().min(1).max(64)).optional(),
      HttpEndpoint: z.enum(['enabled']).optional(),
    },
    authorize: ({ InstanceId: id }) => ({
      action: 'ec2:ModifyInstanceMetadataOptions',
      resource: arnOf(site, 'instance', id),
    }),
    run({ InstanceId: id, HttpTokens: tokens, HttpPutResponseHopLimit: hopLimit }) {
      const machine = machineWithId(site, id)
      machine.changeMetadata({
        ...(tokens === undefined ? {} : { imdsv2Required: tokens === 'required' }),
        ...(hopLimit === undefined ? {} : { metadataHopLimit: hopLimit }),
      })
      return { instanceId: id, instanceMetadataOptions: metadataOptions(machine) }
    },
  }),
]

/** Ids of instances, at least one. */
export const instanceIds = wireList(z.string())

/** `<item>` of `<instancesSet>`. */
export function describeInstance(site: Ec2Site, machine: RunningMachine) {
  const { networkInterface } = machine
  const type = instanceType(machine.machine.instanceType)
  const profile = profileOf(site, machine)
  // A terminated instance has no place in the network any more.
  const placed = machine.state !== 'terminated' && machine.state !== 'shutting-down'
  return {
    instanceId: machine.id,
    imageId: machine.machine.imageId,
    instanceState: stateOf(machine.state),
    privateDnsName: placed ? privateName(site, machine) : '',
    dnsName: '',
    reason: machine.stateReason?.message ?? '',
    amiLaunchIndex: 0,
    instanceType: type.name,
    launchTime: timestamp(machine.launchedAt),
    placement: { availabilityZone: machine.zone, groupName: '', tenancy: 'default' },
    monitoring: { state: machine.machine.detailedMonitoring ? 'enabled' : 'disabled' },
    ...(placed
      ? {
          subnetId: physicalIdOf(site, networkInterface.subnet),
          vpcId: vpcIdOf(site, machine),
          privateIpAddress: networkInterface.address,
          ipAddress: networkInterface.publicIp,
          sourceDestCheck: true,
          groupSet: groupsOf(site, machine),
          networkInterfaceSet: [describeAttached(site, machine)],
        }
      : {}),
    stateReason: machine.stateReason,
    architecture: type.architecture,
    rootDeviceType: 'ebs',
    rootDeviceName: ROOT_DEVICE,
    blockDeviceMapping: placed ? [describeRootDevice(machine), ...describeDevices(site, machine)] : [],
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    iamInstanceProfile: profile,
    tagSet: tagSet(site.tags.of(machine.id, machine.tags)),
    metadataOptions: metadataOptions(machine),
    enclaveOptions: { enabled: false },
    cpuOptions: { coreCount: coresOf(type).cores, threadsPerCore: coresOf(type).threads },
  }
}

function describeAttached(site: Ec2Site, machine: RunningMachine) {
  const { networkInterface } = machine
  return {
    networkInterfaceId: networkInterface.id,
    subnetId: physicalIdOf(site, networkInterface.subnet),
    vpcId: vpcIdOf(site, machine),
    ownerId: site.architecture.account,
    status: 'in-use',
    privateIpAddress: networkInterface.address,
    privateDnsName: privateName(site, machine),
    groupSet: groupsOf(site, machine),
    attachment: { attachmentId: `eni-attach-${digest(networkInterface.id, 17)}`, deviceIndex: 0, status: 'attached' },
  }
}

const describeRootDevice = (machine: RunningMachine) => ({
  deviceName: ROOT_DEVICE,
  ebs: {
    volumeId: rootVolumeOf(machine).id,
    status: 'attached',
    attachTime: timestamp(machine.createdAt),
    deleteOnTermination: true,
  },
})

/** The volumes of the template that are attached to it; they outlive it. */
const describeDevices = (site: Ec2Site, machine: RunningMachine) =>
  ownVolumes(site.architecture, [machine]).flatMap(({ node, attached }) =>
    attached
      ? [
          {
            deviceName: attached.device,
            ebs: {
              volumeId: node.physicalId,
              status: 'attached',
              attachTime: timestamp(machine.createdAt),
              deleteOnTermination: false,
            },
          },
        ]
      : [],
  )

const metadataOptions = ({ machine }: RunningMachine) => ({
  state: 'applied',
  httpTokens: machine.imdsv2Required ? 'required' : 'optional',
  httpPutResponseHopLimit: machine.metadataHopLimit,
  httpEndpoint: machine.metadataDisabled ? 'disabled' : 'enabled',
})

function describeStatus({ world }: Ec2Site, machine: RunningMachine) {
  const checks = checksOf({ world }, machine)
  const details = (status: string) => ({
    status,
    details: [
      {
        name: 'reachability',
        status: status === 'ok' ? 'passed' : status === 'impaired' ? 'failed' : status,
        ...(status === 'impaired' && machine.impairedSince !== undefined
          ? { impairedSince: timestamp(machine.impairedSince) }
          : {}),
      },
    ],
  })
  return {
    instanceId: machine.id,
    availabilityZone: machine.zone,
    instanceState: stateOf(machine.state),
    systemStatus: details(checks.system),
    instanceStatus: details(checks.instance),
  }
}

/** `initializing` until the first checks have run; `not-applicable` when it isn't running. */
function checksOf({ world }: Pick<Ec2Site, 'world'>, machine: RunningMachine) {
  if (machine.state !== 'running') return { system: 'not-applicable', instance: 'not-applicable' }
  if (machine.statusCheck === 'impaired') {
    return { system: world.zones.isUp(machine.zone) ? 'ok' : 'impaired', instance: 'impaired' }
  }
  const early = world.clock.now() - machine.bootedAt < FIRST_STATUS_CHECK
  return early ? { system: 'initializing', instance: 'initializing' } : { system: 'ok', instance: 'ok' }
}

function groupsOf({ architecture }: Ec2Site, { networkInterface }: RunningMachine) {
  return nodesOf(architecture, 'securityGroup')
    .filter(({ id }) => networkInterface.securityGroups.includes(id))
    .map(({ physicalId, name }) => ({ groupId: physicalId, groupName: name }))
}

function profileOf({ architecture }: Ec2Site, { machine }: RunningMachine) {
  const role = machine.role === undefined ? undefined : findNode(architecture, machine.role, 'role')
  if (!role) return undefined
  return { arn: profileArn(role.arn), id: `AIPA${digest(role.arn, 17, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}` }
}

const vpcIdOf = (site: Ec2Site, { networkInterface }: RunningMachine): string =>
  physicalIdOf(site, findNode(site.architecture, networkInterface.subnet, 'subnet')?.vpc)

/** @see EC2 User Guide, "Amazon EC2 instance hostnames and domains": IP name, us-east-1 has a domain of its own */
function privateName({ architecture }: Ec2Site, { networkInterface }: RunningMachine): string {
  const domain = architecture.region === 'us-east-1' ? 'ec2.internal' : `${architecture.region}.compute.internal`
  return `ip-${networkInterface.address.replaceAll('.', '-')}.${domain}`
}
