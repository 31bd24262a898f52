import type { Operation } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { tagSet } from '../tags.ts'
import { ROOT_DEVICE, type RootVolume, rootVolumes } from '../volumes.ts'
import { describing } from './describe.ts'
import type { Ec2Site } from './site.ts'

/** DescribeVolumes: the root volume of each instance. What it is made of isn't told: the disk is the one of this machine. */
export function volumeOperations(site: Ec2Site): readonly Operation[] {
  const { fleet, tags } = site
  const tagsOf = ({ id, tags: own }: RootVolume) => tags.of(id, own)
  return [
    describing({
      name: 'DescribeVolumes',
      ids: 'VolumeId',
      kind: 'volume',
      idOf: ({ id }) => id,
      items: () => rootVolumes(fleet.machines),
      tagsOf,
      filters: {
        'volume-id': ({ id }) => [id],
        'availability-zone': ({ machine }) => [machine.zone],
        'attachment.instance-id': ({ machine }) => [machine.id],
        'attachment.device': () => [ROOT_DEVICE],
        status: () => ['in-use'],
      },
      write: volume => ({
        volumeId: volume.id,
        availabilityZone: volume.machine.zone,
        status: 'in-use',
        createTime: timestamp(volume.machine.createdAt),
        attachmentSet: [attachmentOf(volume)],
        tagSet: tagSet(tagsOf(volume)),
      }),
      set: 'volumeSet',
    }),
  ]
}

const attachmentOf = ({ id, machine }: RootVolume) => ({
  volumeId: id,
  instanceId: machine.id,
  device: ROOT_DEVICE,
  status: 'attached',
  attachTime: timestamp(machine.createdAt),
  deleteOnTermination: true,
})
