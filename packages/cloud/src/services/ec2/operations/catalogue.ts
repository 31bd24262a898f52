import { nodesOf } from '@terrace/model'
import { z } from 'zod'
import { accepted, type Operation, wireBoolean, wireList } from '../../../gateway/api.ts'
import { coresOf, INSTANCE_TYPES } from '../instance-types.ts'
import { describing } from './describe.ts'
import type { Ec2Site } from './site.ts'

/** Regions that the zones' ids begin with: `use1-az1` for us-east-1. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  north: 'n',
  northeast: 'ne',
  northwest: 'nw',
  south: 's',
  southeast: 'se',
  southwest: 'sw',
  east: 'e',
  west: 'w',
  central: 'c',
}

/** `us-east-1a` → `use1-az1`. differs: on AWS each account has letters of its own */
export function zoneId(zone: string): string {
  const [, area = '', side = '', number = '', letter = 'a'] = /^([a-z]+)-([a-z]+)-(\d)([a-z])$/.exec(zone) ?? []
  return `${area}${ABBREVIATIONS[side] ?? side}${number}-az${letter.charCodeAt(0) - 96}`
}

/** What there is to choose from: zones, the region, instance types, images. */
export function catalogueOperations({ architecture, world }: Ec2Site): readonly Operation[] {
  const { region, account } = architecture
  return [
    describing({
      name: 'DescribeAvailabilityZones',
      ids: 'ZoneName',
      kind: 'zone',
      leastPage: 1,
      idOf: zone => zone,
      items: () => architecture.zones,
      extra: {
        AllAvailabilityZones: accepted(wireBoolean().optional(), 'there are no zones beside those of the template'),
      },
      filters: {
        'zone-name': zone => [zone],
        'zone-id': zone => [zoneId(zone)],
        'region-name': () => [region],
        state: zone => [world.zones.isUp(zone) ? 'available' : 'unavailable'],
      },
      write: zone => ({
        zoneName: zone,
        zoneId: zoneId(zone),
        zoneState: world.zones.isUp(zone) ? 'available' : 'unavailable',
        regionName: region,
        groupName: region,
        networkBorderGroup: region,
        optInStatus: 'opt-in-not-required',
        zoneType: 'availability-zone',
        messageSet: [],
      }),
      set: 'availabilityZoneInfo',
    }),
    describing({
      name: 'DescribeRegions',
      ids: 'RegionName',
      kind: 'region',
      leastPage: 1,
      idOf: name => name,
      items: () => [region],
      extra: { AllRegions: accepted(wireBoolean().optional(), 'there is one region') },
      filters: { 'region-name': name => [name], endpoint: name => [`ec2.${name}.amazonaws.com`] },
      write: name => ({
        regionName: name,
        regionEndpoint: `ec2.${name}.amazonaws.com`,
        optInStatus: 'opt-in-not-required',
      }),
      set: 'regionInfo',
    }),
    describing({
      name: 'DescribeInstanceTypes',
      ids: 'InstanceType',
      kind: 'instanceType',
      idOf: ({ name }) => name,
      items: () => [...INSTANCE_TYPES.values()],
      filters: {
        'instance-type': ({ name }) => [name],
        'vcpu-info.default-vcpus': ({ vcpus }) => [String(vcpus)],
        'memory-info.size-in-mib': ({ memoryMiB }) => [String(memoryMiB)],
        'processor-info.supported-architecture': ({ architecture: processor }) => [processor],
        'burstable-performance-supported': ({ burstable }) => [String(burstable)],
        'current-generation': () => ['true'],
      },
      write: type => ({
        instanceType: type.name,
        currentGeneration: true,
        burstablePerformanceSupported: type.burstable,
        bareMetal: false,
        hypervisor: 'nitro',
        vCpuInfo: {
          defaultVCpus: type.vcpus,
          defaultCores: coresOf(type).cores,
          defaultThreadsPerCore: coresOf(type).threads,
        },
        memoryInfo: { sizeInMiB: type.memoryMiB },
        processorInfo: { supportedArchitectures: [type.architecture] },
      }),
      set: 'instanceTypeSet',
    }),
    describing({
      name: 'DescribeImages',
      ids: 'ImageId',
      kind: 'image',
      leastPage: 1,
      idOf: id => id,
      // Those that the template uses: nothing here knows any other.
      items: () => [...new Set(imageIds(architecture))],
      extra: {
        Owner: accepted(wireList(z.string()).optional(), ONLY_THEIRS),
        ExecutableBy: accepted(wireList(z.string()).optional(), ONLY_THEIRS),
      },
      filters: { 'image-id': id => [id], state: () => ['available'] },
      write: id => ({
        imageId: id,
        imageState: 'available',
        imageOwnerId: account,
        isPublic: true,
        imageType: 'machine',
        architecture: 'x86_64',
        name: id,
        rootDeviceType: 'ebs',
        rootDeviceName: '/dev/xvda',
        virtualizationType: 'hvm',
        hypervisor: 'xen',
        platformDetails: 'Linux/UNIX',
      }),
      set: 'imagesSet',
    }),
  ]
}

const ONLY_THEIRS = 'there are no images beside those that the template uses'

/** Images that the template uses. */
export const imageIds = (architecture: Ec2Site['architecture']): readonly string[] =>
  [
    ...nodesOf(architecture, 'launchTemplate'),
    ...nodesOf(architecture, 'instance'),
    ...nodesOf(architecture, 'autoScalingGroup'),
  ]
    .map(({ machine }) => machine.imageId)
    .filter(id => id !== '')
