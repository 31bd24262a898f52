import { expect, it } from 'vitest'
import { mountsIn } from './mounts.ts'

it.each([
  ['mount_volume /dev/sdf /data', [{ device: '/dev/sdf', path: '/data' }]],
  ['  mount -o noatime /dev/nvme1n1 /var/lib/data # ours', []],
  ['mount /dev/xvdf /srv/data-1 && echo', [{ device: '/dev/xvdf', path: '/srv/data-1' }]],
  ['if mountpoint -q /data; then return; fi', []],
  ['mount "$2"', []],
  ['# mount /dev/sdf /data', []],
  ['mount /dev/sdf /data/../etc', [{ device: '/dev/sdf', path: '/data' }]],
])('Q-01: %j mounts %j', (line, expected) => expect(mountsIn(`#!/bin/bash\n${line}\n`)).toEqual(expected))
