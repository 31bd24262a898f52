import type { ObjectVersion } from '../object-record.ts'

/** What can happen to a key, by the name that notifications have for it. */
export type ChangeEvent =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated'
  | 'LifecycleExpiration:Delete'
  | 'LifecycleExpiration:DeleteMarkerCreated'
  | 'ObjectTagging:Put'
  | 'ObjectTagging:Delete'

/** Something that happened to a key. */
export interface Change {
  readonly event: ChangeEvent
  /** The version that came, or went. */
  readonly version: ObjectVersion
  /** Operation that caused it, such as `PutObject`. */
  readonly reason: string
  readonly by: Requester
}

/** Who caused a change. */
export interface Requester {
  readonly requestId: string
  /** `AWS:AROA…:i-…` */
  readonly principalId: string
  /** Account, or name of a service. */
  readonly requester: string
  readonly sourceAddress: string
}

/** Every event that a configuration may name, without those of features that are not here. */
export const CONFIGURABLE_EVENTS: readonly string[] = [
  's3:ObjectCreated:*',
  's3:ObjectCreated:Put',
  's3:ObjectCreated:Post',
  's3:ObjectCreated:Copy',
  's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectRemoved:*',
  's3:ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated',
  's3:LifecycleExpiration:*',
  's3:LifecycleExpiration:Delete',
  's3:LifecycleExpiration:DeleteMarkerCreated',
  's3:ObjectTagging:*',
  's3:ObjectTagging:Put',
  's3:ObjectTagging:Delete',
]

/** Events that a configuration may name and that never come here. S3 User Guide "Supported event types for …". */
export const SILENT_EVENTS: readonly string[] = [
  's3:ReducedRedundancyLostObject',
  's3:ObjectRestore:*',
  's3:ObjectRestore:Post',
  's3:ObjectRestore:Completed',
  's3:ObjectRestore:Delete',
  's3:Replication:*',
  's3:Replication:OperationFailedReplication',
  's3:Replication:OperationMissedThreshold',
  's3:Replication:OperationReplicatedAfterThreshold',
  's3:Replication:OperationNotTracked',
  's3:LifecycleTransition',
  's3:IntelligentTiering',
  's3:ObjectAcl:Put',
]

/** Whether a configured event, which may end in `*`, covers what happened. */
export const covers = (configured: string, event: ChangeEvent): boolean =>
  configured === `s3:${event}` || (configured.endsWith('*') && `s3:${event}`.startsWith(configured.slice(0, -1)))
