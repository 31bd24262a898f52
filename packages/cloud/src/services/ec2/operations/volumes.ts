import type { Operation } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { tagSet } from '../tags.ts'
import { type OwnVolume, ownVolumes, ROOT_DEVICE, type RootVolume, rootVolumes } from '../volumes.ts'
import { describing } from './describe.ts'
import type { Ec2Site } from './site.ts'

type AnyVolume = RootVolume | OwnVolume

/**
 * DescribeVolumes: the root volume of each instance, and those of the template. What a root volume is made of isn't told:
 * the disk is the one of this machine.
 */
export function volumeOperations(site: Ec2Site): readonly Operation[] {
  const { architecture, fleet, tags } = site
  const tagsOf = (volume: AnyVolume) => tags.of(idOf(volume), 'node' in volume ? volume.node.tags : volume.tags)
  return [
    describing({
      name: 'DescribeVolumes',
      ids: 'VolumeId',
      kind: 'volume',
      idOf,
      items: (): readonly AnyVolume[] => [...rootVolumes(fleet.machines), ...ownVolumes(architecture, fleet.machines)],
      tagsOf,
      filters: {
        'volume-id': volume => [idOf(volume)],
        'availability-zone': volume => [zoneOf(volume)],
        'attachment.instance-id': volume => placeOf(volume).map(({ machine }) => machine.id),
        'attachment.device': volume => placeOf(volume).map(({ device }) => device),
        status: volume => [statusOf(volume)],
      },
      write: volume => ({
        volumeId: idOf(volume),
        availabilityZone: zoneOf(volume),
        status: statusOf(volume),
        ...('node' in volume
          ? { size: volume.node.size, volumeType: volume.node.type, encrypted: volume.node.encrypted }
          : { createTime: timestamp(volume.machine.createdAt) }),
        attachmentSet: attachmentsOf(volume),
        tagSet: tagSet(tagsOf(volume)),
      }),
      set: 'volumeSet',
    }),
  ]
}

const idOf = (volume: AnyVolume): string => ('node' in volume ? volume.node.physicalId : volume.id)

const zoneOf = (volume: AnyVolume): string => ('node' in volume ? volume.node.zone : volume.machine.zone)

function placeOf(volume: AnyVolume) {
  if (!('node' in volume)) return [{ machine: volume.machine, device: ROOT_DEVICE }]
  return volume.attached ? [volume.attached] : []
}

const statusOf = (volume: AnyVolume): string => (placeOf(volume).length > 0 ? 'in-use' : 'available')

const attachmentsOf = (volume: AnyVolume) =>
  placeOf(volume).map(({ machine, device }) => ({
    volumeId: idOf(volume),
    instanceId: machine.id,
    device,
    status: 'attached',
    attachTime: timestamp(machine.createdAt),
    deleteOnTermination: !('node' in volume),
  }))
