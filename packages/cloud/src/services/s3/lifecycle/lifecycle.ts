import { days, type Stop } from '@terrace/kit'
import type { World } from '../../../world.ts'
import type { AccessLogs } from '../access-log/access-logs.ts'
import type { BucketState } from '../bucket-state.ts'
import type { Changes } from '../notifications/changes.ts'
import { serviceRequester } from '../notifications/requester.ts'
import type { S3State } from '../state.ts'
import { sweep } from './sweep.ts'

const DAY = days(1)

interface Parts {
  readonly state: S3State
  readonly changes: Changes
  readonly accessLogs: AccessLogs
}

/** Applies the lifecycle rules of all buckets at every midnight in UTC. Returns what ends it. */
export function applyLifecycles(world: World, parts: Parts): Stop {
  let stop: Stop
  const wait = () => {
    const now = world.clock.now()
    stop = world.clock.after((Math.floor(now / DAY) + 1) * DAY - now, () => {
      for (const bucket of parts.state.buckets) apply(world, parts, bucket)
      wait()
    })
  }
  wait()
  return () => stop()
}

function apply(world: World, { changes, accessLogs }: Parts, bucket: BucketState): void {
  const swept = sweep(bucket, world.clock.now())
  const by = serviceRequester('s3.amazonaws.com', world.random.uuid())
  for (const change of swept.changes) {
    changes.tell(bucket, { ...change, by, reason: 'Lifecycle Expiration' })
    accessLogs.addExpiration(bucket, change)
  }
  const count = swept.changes.length
  if (count === 0 && swept.abortedUploads === 0) return
  world.journal.write({
    kind: 's3.expired',
    ...(bucket.node === undefined ? {} : { node: bucket.node }),
    message: `${bucket.name}: the lifecycle removed ${count} objects and ${swept.abortedUploads} unfinished uploads`,
    details: { bucket: bucket.name, objects: count, uploads: swept.abortedUploads },
  })
}
