import { join } from 'node:path'
import { digest } from '@terrace/kit'
import { type Architecture, nodesOf, type Volume } from '@terrace/model'
import type { World } from '../../world.ts'
import type { RunningMachine } from './machine.ts'

/** The disk of an instance, as far as it is told: it is the one of this machine. */
export interface RootVolume {
  /** `vol-…` */
  readonly id: string
  readonly machine: RunningMachine
  /** What it was made with. */
  readonly tags: Readonly<Record<string, string>>
}

/** The device that Amazon Linux starts from. */
export const ROOT_DEVICE = '/dev/xvda'

export const rootVolumeOf = (machine: RunningMachine): RootVolume => ({
  id: `vol-${digest(machine.id, 17)}`,
  machine,
  tags: machine.volumeTags,
})

/** Those of instances that are there; a root volume goes with its instance. */
export const rootVolumes = (machines: readonly RunningMachine[]): readonly RootVolume[] =>
  machines.filter(({ state }) => state !== 'terminated').map(rootVolumeOf)

/** A volume that the template makes by itself, and where it is now. */
export interface OwnVolume {
  readonly node: Volume
  /** Absent: it is attached to nothing. */
  readonly attached?: { readonly machine: RunningMachine; readonly device: string }
}

/** The volumes of the template; each is attached while its instance is there. */
export function ownVolumes(architecture: Architecture, machines: readonly RunningMachine[]): readonly OwnVolume[] {
  const instances = nodesOf(architecture, 'instance')
  return nodesOf(architecture, 'volume').map(node => {
    for (const { id, volumes = [] } of instances) {
      const place = volumes.find(({ volume }) => volume === node.id)
      const machine = machines.find(({ owner, state }) => owner === id && state !== 'terminated')
      if (place && machine) return { node, attached: { machine, device: place.device } }
    }
    return { node }
  })
}

/** What is written to a volume of the template: it stays until `terrace reset`. */
export const volumeFolder = ({ folders }: World, { physicalId }: Volume): string =>
  join(folders.data, 'volumes', physicalId)

/** What an instance writes to its root volume and finds again after a reboot: it goes with the instance. */
export const rootFolder = ({ folders }: World, instance: string): string => join(folders.state, 'disks', instance)
