import { digest, type Instant } from '@terrace/kit'
import { isoTime } from '../../../gateway/time.ts'
import { ID_ALPHABET } from '../../../identity/unique-id.ts'
import type { BucketState } from '../bucket-state.ts'
import { isMarker } from '../object-record.ts'
import { s3HostId } from '../reply.ts'
import type { NotificationTarget } from '../settings.ts'
import type { Change } from './change.ts'

interface Place {
  readonly region: string
  readonly account: string
}

/**
 * What a queue, a topic or a function is sent about a change.
 * @see S3 User Guide "Event message structure"
 */
export function changeMessage(
  bucket: BucketState,
  target: NotificationTarget,
  { event, version, by }: Change,
  at: Instant,
  { region, account }: Place,
): string {
  const created = event.startsWith('ObjectCreated')
  const object = {
    key: formEncoded(version.key),
    ...(isMarker(version) ? { eTag: EMPTY_ETAG } : created ? { size: version.size, eTag: version.etag } : {}),
    ...(event.startsWith('ObjectTagging') && !isMarker(version) ? { eTag: version.etag } : {}),
    ...(bucket.settings.versioning ? { versionId: version.versionId } : {}),
    sequencer: sequencer(version.order),
  }
  const record = {
    eventVersion: event.startsWith('ObjectCreated') || event.startsWith('ObjectRemoved') ? '2.1' : '2.3',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: isoTime(at),
    eventName: event,
    userIdentity: { principalId: by.principalId },
    requestParameters: { sourceIPAddress: by.sourceAddress },
    responseElements: { 'x-amz-request-id': by.requestId, 'x-amz-id-2': s3HostId(by.requestId) },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: target.id,
      bucket: { name: bucket.name, ownerIdentity: { principalId: ownerPrincipalId(account) }, arn: bucket.arn },
      object,
    },
  }
  return JSON.stringify({ Records: [record] })
}

/** What a queue or a topic is sent when it is configured. S3 User Guide "Event message structure", the test message. */
export const testMessage = (bucket: BucketState, at: Instant, requestId: string): string =>
  JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: isoTime(at),
    Bucket: bucket.name,
    RequestId: requestId,
    HostId: s3HostId(requestId),
  })

/**
 * The detail and its type of the event on the bus.
 * @see S3 User Guide "Using EventBridge", EventBridge event message structure
 */
export function busEvent(bucket: BucketState, { event, version, reason, by }: Change) {
  const [kind = '', what] = event.split(':')
  const created = kind === 'ObjectCreated'
  const object = {
    key: version.key,
    ...(isMarker(version)
      ? { etag: EMPTY_ETAG }
      : created
        ? { size: version.size, etag: version.etag }
        : { etag: version.etag }),
    ...(bucket.settings.versioning ? { 'version-id': version.versionId } : {}),
    ...(kind === 'ObjectTagging' ? {} : { sequencer: sequencer(version.order) }),
  }
  const tagging = what === 'Put' ? 'Object Tags Added' : 'Object Tags Deleted'
  return {
    detailType: created ? 'Object Created' : kind === 'ObjectTagging' ? tagging : 'Object Deleted',
    detail: {
      version: '0',
      bucket: { name: bucket.name },
      object,
      'request-id': by.requestId,
      requester: by.requester,
      'source-ip-address': by.sourceAddress,
      ...(kind === 'ObjectTagging' ? {} : { reason }),
      ...(created || kind === 'ObjectTagging'
        ? {}
        : { 'deletion-type': what === 'DeleteMarkerCreated' ? 'Delete Marker Created' : 'Permanently Deleted' }),
    },
  }
}

/** The ETag of nothing, which delete markers have in events. */
const EMPTY_ETAG = 'd41d8cd98f00b204e9800998ecf8427e'

/** As a form has it, with `+` for a space; slashes stay. */
const formEncoded = (key: string) => encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/')

/** Of two events of one key the later one has the larger text. */
const sequencer = (order: number) => order.toString(16).toUpperCase().padStart(18, '0')

const ownerPrincipalId = (account: string) => `A${digest(`owner ${account}`, 13, ID_ALPHABET)}`
