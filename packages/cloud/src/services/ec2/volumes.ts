import { digest } from '@terrace/kit'
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
