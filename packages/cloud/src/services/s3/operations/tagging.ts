import { namedList } from '../../../gateway/xml.ts'
import { toObject } from '../access.ts'
import type { ObjectCall, S3Operation } from '../call.ts'
import { xmlBody } from '../incoming.ts'
import { MOST_OBJECT_TAGS } from '../limits.ts'
import type { ChangeEvent } from '../notifications/change.ts'
import { requesterOf } from '../notifications/requester.ts'
import { sendEmpty, sendXml } from '../reply.ts'
import { type Tags, tagKeys, tagsOfXml } from '../tags.ts'
import { XmlElement } from '../xml-element.ts'
import { existing, versioned, versionHeader } from './existing.ts'

/** @see S3 API Reference "GetObjectTagging" */
export const getObjectTagging: S3Operation<ObjectCall> = {
  authorize: call => [toObject(call, versioned(call, 'GetObjectTagging', 'GetObjectVersionTagging'))],
  run(call) {
    const record = existing(call)
    const tags = Object.entries(record.tags).map(([Key, Value]) => ({ Key, Value }))
    sendXml(call, 'Tagging', { TagSet: tags.length > 0 ? namedList('Tag', tags) : '' }, versionHeader(call, record))
  },
}

/** @see S3 API Reference "PutObjectTagging" */
export const putObjectTagging: S3Operation<ObjectCall> = {
  // Which tags, only the body tells; they can be what is denied.
  authorize: () => [],
  async run(call) {
    const root = XmlElement.root(await xmlBody(call), 'Tagging')
    const tags = tagsOfXml(root, MOST_OBJECT_TAGS)
    root.finish(call.operation)
    const action = versioned(call, 'PutObjectTagging', 'PutObjectVersionTagging')
    call.exchange.authorizer.require(call.exchange, toObject(call, action, tagKeys('RequestObjectTag', tags)))
    setTags(call, tags, 'ObjectTagging:Put', 200)
  },
}

/** @see S3 API Reference "DeleteObjectTagging" */
export const deleteObjectTagging: S3Operation<ObjectCall> = {
  authorize: call => [toObject(call, versioned(call, 'DeleteObjectTagging', 'DeleteObjectVersionTagging'))],
  run: call => setTags(call, {}, 'ObjectTagging:Delete', 204),
}

function setTags(call: ObjectCall, tags: Tags, event: ChangeEvent, status: number): void {
  const version = call.bucket.store.amend(existing(call), { tags })
  call.changes.tell(call.bucket, { event, version, reason: call.operation, by: requesterOf(call) })
  sendEmpty(call, status, versionHeader(call, version))
}
