import { digest } from '@terrace/kit'
import type {
  Bucket,
  BucketCorsRule,
  BucketLifecycleRule,
  BucketNotifications,
  BucketNotificationTarget,
  PolicyDocument,
} from '@terrace/model'
import type { Encryption } from './encryption.ts'

/** Absent: never switched on. It can be suspended, never taken back. */
export type Versioning = 'Enabled' | 'Suspended'

export type ObjectOwnership = NonNullable<Bucket['objectOwnership']>

/** A rule of a lifecycle configuration, as it is told by GetBucketLifecycleConfiguration. */
export interface LifecycleRule extends BucketLifecycleRule {
  readonly id: string
  readonly enabled: boolean
}

export interface NotificationTarget extends BucketNotificationTarget {
  readonly id: string
}

/** Everything that can be set for a bucket, by its template and by calls. */
export interface BucketSettings {
  /** Absent: nothing is blocked. */
  readonly publicAccessBlock?: Bucket['publicAccessBlock'] | undefined
  readonly policy?: PolicyDocument | undefined
  readonly versioning?: Versioning | undefined
  /** Of objects that don't say otherwise. */
  readonly encryption: Encryption
  /** Absent: nobody has said it, which counts as `BucketOwnerEnforced`. */
  readonly objectOwnership?: ObjectOwnership | undefined
  readonly accessLogs?: NonNullable<Bucket['accessLogs']> | undefined
  readonly lifecycle: readonly LifecycleRule[]
  readonly notifications: Omit<BucketNotifications, 'targets'> & { readonly targets: readonly NotificationTarget[] }
  readonly cors: readonly BucketCorsRule[]
  readonly tags: Readonly<Record<string, string>>
}

/** Who has no configuration hears nothing. */
export const NO_NOTIFICATIONS: BucketSettings['notifications'] = { eventBridge: false, targets: [] }

/**
 * A bucket that was just made: closed to the public, encrypted, without ACLs.
 * @see S3 User Guide "Default settings for new S3 bucket"
 */
export const NEW_BUCKET: BucketSettings = {
  publicAccessBlock: {
    blockPublicAcls: true,
    ignorePublicAcls: true,
    blockPublicPolicy: true,
    restrictPublicBuckets: true,
  },
  encryption: { algorithm: 'AES256' },
  objectOwnership: 'BucketOwnerEnforced',
  lifecycle: [],
  notifications: NO_NOTIFICATIONS,
  cors: [],
  tags: {},
}

/** What the template says about a bucket. */
export function settingsOf(node: Bucket): BucketSettings {
  const { notifications, lifecycle = [], encryption = 'AES256', encryptionKey } = node
  return {
    publicAccessBlock: node.publicAccessBlock,
    policy: node.policy,
    versioning: node.versioning ? 'Enabled' : undefined,
    encryption: { algorithm: encryption, ...(encryptionKey === undefined ? {} : { keyId: encryptionKey }) },
    objectOwnership: node.objectOwnership ?? 'BucketOwnerEnforced',
    accessLogs: node.accessLogs,
    lifecycle: lifecycle.map((rule, index) => ({ ...rule, id: rule.id ?? idOf(node, 'rule', index), enabled: true })),
    notifications: notifications
      ? {
          ...notifications,
          targets: notifications.targets.map((target, index) => ({
            ...target,
            id: target.id ?? idOf(node, 'target', index),
          })),
        }
      : NO_NOTIFICATIONS,
    cors: node.cors ?? [],
    tags: node.tags,
  }
}

/** S3 makes an id for what has none; the same at every start. */
const idOf = ({ arn }: Bucket, kind: string, index: number) => digest(`${arn} ${kind} ${index}`, 48)
