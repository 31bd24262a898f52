import { type BuilderTable, fold, node } from './build-context.ts'

/** Volumes that are resources of their own, and where they are attached. */
export const volume: BuilderTable = {
  'AWS::EC2::Volume': node(context => {
    const { properties } = context
    properties.withoutEffect({
      AutoEnableIO: 'the disk is the one of this machine',
      Iops: 'the disk is the one of this machine',
      KmsKeyId: 'the disk is the one of this machine',
      Throughput: 'the disk is the one of this machine',
    })
    const size = properties.number('Size')
    return {
      ...context.base('volume'),
      zone: properties.requiredText('AvailabilityZone'),
      ...(size === undefined ? {} : { size }),
      type: properties.text('VolumeType') ?? 'gp2',
      encrypted: properties.boolean('Encrypted') ?? false,
    }
  }),
  'AWS::EC2::VolumeAttachment': fold(context => {
    const { properties } = context
    const device = properties.requiredText('Device')
    const attached = context.find(properties, 'VolumeId', 'volume')
    const instance = context.find(properties, 'InstanceId', 'instance')
    if (attached === undefined || instance === undefined) return
    context.update(instance, 'instance', old => ({
      ...old,
      volumes: [...(old.volumes ?? []), { volume: attached, device }],
    }))
  }),
}
