import { httpTime } from '../../../gateway/time.ts'
import { toBucket } from '../access.ts'
import type { ObjectCall } from '../call.ts'
import { InvalidArgument, MarkerHasNoContent, NoSuchKey, NoSuchVersion } from '../errors.ts'
import { type DeleteMarker, isMarker, NULL_VERSION, type ObjectRecord, type ObjectVersion } from '../object-record.ts'

/** The version that a call names, if it names one. @throws InvalidArgument */
export function namedVersion({ query }: Pick<ObjectCall, 'query'>): string | undefined {
  const versionId = query.get('versionId')
  if (versionId === null) return undefined
  if (/^[\w.-]{1,1024}$/.test(versionId)) return versionId
  const message = versionId === '' ? 'Version id cannot be the empty string' : 'Invalid version id specified'
  throw new InvalidArgument(message, 'versionId', versionId)
}

/** The permission for a version, where there is one of its own: `GetObjectVersion`. */
export const versioned = ({ query }: Pick<ObjectCall, 'query'>, action: string, ofVersion: string): string =>
  query.has('versionId') ? ofVersion : action

/**
 * The object of a call, or the version that it names. Callers who may not list the bucket don't learn that there is none.
 *
 * @throws NoSuchKey, NoSuchVersion, MarkerHasNoContent, AccessDenied, InvalidArgument
 */
export function existing(call: ObjectCall): ObjectRecord {
  const versionId = namedVersion(call)
  const { store } = call.bucket
  const found = versionId === undefined ? store.versions(call.key)[0] : store.version(call.key, versionId)
  if (found && !isMarker(found)) return found
  if (found && versionId !== undefined) throw new MarkerHasNoContent(call.exchange.request.method, markerHeaders(found))
  const { authorizer } = call.exchange
  authorizer.require(call.exchange, toBucket(call, 'ListBucket'))
  if (versionId !== undefined) throw new NoSuchVersion(call.key, versionId)
  throw new NoSuchKey(call.key, found ? { 'x-amz-delete-marker': 'true', ...versionHeader(call, found) } : {})
}

const markerHeaders = (marker: DeleteMarker) => ({
  'last-modified': httpTime(marker.modified),
  'x-amz-version-id': marker.versionId,
})

/** Says which version it is, where the bucket has any. */
export function versionHeader(
  { bucket }: Pick<ObjectCall, 'bucket'>,
  { versionId }: Pick<ObjectVersion, 'versionId'>,
): Readonly<Record<string, string>> {
  const unversioned = bucket.settings.versioning === undefined && versionId === NULL_VERSION
  return unversioned ? {} : { 'x-amz-version-id': versionId }
}
