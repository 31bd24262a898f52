import { AccessDenied, AwsError } from '../../../gateway/errors.ts'
import { flatList } from '../../../gateway/xml.ts'
import { toObject } from '../access.ts'
import type { BucketCall, ObjectCall, S3Operation } from '../call.ts'
import { CHECKSUM_ALGORITHMS, checksumHeader } from '../checksums.ts'
import { writeCondition } from '../conditions.ts'
import { InvalidRequest, MalformedXml } from '../errors.ts'
import { xmlBody } from '../incoming.ts'
import { MOST_DELETED_AT_ONCE } from '../limits.ts'
import { requesterOf } from '../notifications/requester.ts'
import { isMarker } from '../object-record.ts'
import { sendEmpty, sendXml } from '../reply.ts'
import { XmlElement } from '../xml-element.ts'
import { namedVersion, versioned } from './existing.ts'

/** What has happened to a key, as answers tell it. */
interface Deleted {
  /** Of what was removed for good, or of the new delete marker. */
  readonly versionId?: string
  readonly marker: boolean
}

const permission = (call: ObjectCall) => toObject(call, versioned(call, 'DeleteObject', 'DeleteObjectVersion'))

/** @see S3 API Reference "DeleteObject" */
export const deleteObject: S3Operation<ObjectCall> = {
  authorize: call => [permission(call)],
  run(call) {
    const { versionId, marker } = remove(call)
    sendEmpty(call, 204, {
      'x-amz-version-id': versionId,
      'x-amz-delete-marker': marker ? 'true' : undefined,
    })
  },
}

/** Removes the call's object, or the version that it names, and tells who listens. */
function remove(call: ObjectCall): Deleted {
  const { bucket, changes, key } = call
  const told = { reason: 'DeleteObject', by: requesterOf(call) }
  const versionId = namedVersion(call)
  if (versionId !== undefined) {
    const version = bucket.store.removeVersion(key, versionId)
    if (!version) return { versionId, marker: false }
    changes.tell(bucket, { event: 'ObjectRemoved:Delete', version, ...told })
    return { versionId, marker: isMarker(version) }
  }
  const conditional = call.header('if-match') !== undefined
  const removal = bucket.store.remove(key, conditional ? writeCondition(call.header, key) : undefined)
  switch (removal.kind) {
    case 'nothing':
      return { marker: false }
    case 'removed':
      changes.tell(bucket, { event: 'ObjectRemoved:Delete', version: removal.version, ...told })
      return { marker: false }
    case 'marked':
      changes.tell(bucket, { event: 'ObjectRemoved:DeleteMarkerCreated', version: removal.marker, ...told })
      return { versionId: removal.marker.versionId, marker: true }
  }
}

/** @see S3 API Reference "DeleteObjects" */
export const deleteObjects: S3Operation<BucketCall> = {
  // Each key is allowed or refused by itself.
  authorize: () => [],
  async run(call) {
    const verified = call.header('content-md5') !== undefined || hasChecksum(call)
    if (!verified) throw new InvalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*')
    const request = XmlElement.root(await xmlBody(call), 'Delete')
    const quiet = request.flag('Quiet') ?? false
    const wanted = request.children('Object').map(object => readWanted(object))
    request.finish(call.operation)
    if (wanted.length === 0 || wanted.length > MOST_DELETED_AT_ONCE) throw new MalformedXml()
    const answers = wanted.map(each => removeOne(call, each))
    sendXml(call, 'DeleteResult', {
      Deleted: flatList(quiet ? [] : answers.flatMap(({ deleted }) => deleted ?? [])),
      Error: flatList(answers.flatMap(({ error }) => error ?? [])),
    })
  },
}

interface Wanted {
  readonly key: string
  readonly versionId: string | undefined
  readonly etag: string | undefined
}

function readWanted(object: XmlElement): Wanted {
  const key = object.required('Key')
  if (key === '') throw new MalformedXml()
  return { key, versionId: object.text('VersionId') || undefined, etag: object.text('ETag') }
}

function removeOne(call: BucketCall, { key, versionId, etag }: Wanted) {
  const query = new URLSearchParams(versionId === undefined ? {} : { versionId })
  const header: ObjectCall['header'] = name => (name === 'if-match' ? etag : call.header(name))
  const one: ObjectCall = { ...call, key, query, header }
  try {
    call.exchange.authorizer.require(call.exchange, permission(one))
    const deleted = remove(one)
    return {
      deleted: {
        Key: key,
        VersionId: versionId,
        DeleteMarker: deleted.marker || undefined,
        DeleteMarkerVersionId: deleted.marker ? deleted.versionId : undefined,
      },
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const code = error instanceof AccessDenied ? 'AccessDenied' : error.code
    return { error: { Key: key, VersionId: versionId, Code: code, Message: error.message } }
  }
}

const hasChecksum = ({ header }: BucketCall): boolean =>
  header('x-amz-trailer') !== undefined ||
  CHECKSUM_ALGORITHMS.some(algorithm => header(checksumHeader(algorithm)) !== undefined)
