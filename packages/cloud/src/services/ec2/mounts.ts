import { existsSync } from 'node:fs'
import { mkdir, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findNode, getNode, type Volume } from '@terrace/model'
import type { Host } from '../../workload/host.ts'
import { LaunchFailure, type LaunchNeed } from '../../workload/launch-failure.ts'
import type { World } from '../../world.ts'
import { linesOf } from './script-calls.ts'
import { rootFolder, volumeFolder } from './volumes.ts'

/** A device and the directory that a script mounts it to. */
export interface Mount {
  /** `/dev/sdf` */
  readonly device: string
  /** Absolute path on the instance. */
  readonly path: string
}

/** What a script mounts: `mount_volume /dev/sdf /data` of the fixed script, or a plain `mount` with a literal device. */
export const mountsIn = (userData: string): readonly Mount[] =>
  linesOf(userData).flatMap(line => {
    const [, device = '', path = ''] =
      /(?:^|[\s;&])mount(?:_volume)?\s+(?:-\S+\s+)*(\/dev\/[\w/-]+)\s+((?:\/[\w-][\w.-]*)+)/.exec(line) ?? []
    return device === '' ? [] : [{ device, path }]
  })

/** The volume that an instance of the template has on a device. */
export function volumeOn({ architecture }: World, owner: string, device: string): Volume | undefined {
  const attached = findNode(architecture, owner, 'instance')?.volumes?.find(each => each.device === device)
  return attached && getNode(architecture, attached.volume, 'volume')
}

/**
 * Mounts a volume: what the workload knows as `/data` is the folder of the volume from now on.
 *
 * differs: a device that is not attached is missing at once; the script waits ten minutes for it
 *
 * @throws LaunchFailure when nothing is attached there, or the volume is in another zone
 */
export async function mountVolume(world: World, host: Host, { device, path }: Mount): Promise<void> {
  const { owner, networkInterface } = host.description
  const need: LaunchNeed = { kind: 'call', purpose: `mount ${device} at ${path}` }
  const volume = volumeOn(world, owner, device)
  if (!volume) throw new LaunchFailure(need, { kind: 'unusable', message: `no volume is attached as ${device}` })
  if (volume.zone !== networkInterface.zone) {
    const message = `${volume.physicalId} is in ${volume.zone}, and the instance in ${networkInterface.zone}`
    throw new LaunchFailure(need, { kind: 'unusable', message })
  }
  await leadTo(join(host.root, path), volumeFolder(world, volume))
}

/** Has a directory that is on no other volume outlast a reboot. */
export async function keepOnRoot(world: World, host: Host, path: string): Promise<void> {
  const parent = dirname(join(host.root, path))
  if (!existsSync(parent)) await leadTo(parent, join(rootFolder(world, host.description.id), dirname(path)))
}

async function leadTo(link: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await mkdir(dirname(link), { recursive: true, mode: 0o700 })
  await rm(link, { recursive: true, force: true })
  await symlink(folder, link)
}
