import { needs } from '../access.ts'
import type { BucketCall, S3Operation } from '../call.ts'
import { xmlBody } from '../incoming.ts'
import { sendEmpty, sendXml } from '../reply.ts'
import type { BucketSettings } from '../settings.ts'
import { XmlElement } from '../xml-element.ts'

/** What a document changes about a bucket, and what is to be done before it counts. */
interface Setting {
  readonly action: string
  /** The document's element. */
  readonly root: string
  /** Reads the document; throws what is wrong with it. */
  readonly read: (root: XmlElement, call: BucketCall) => Partial<BucketSettings>
  /** Asked when the document is read; throws to leave everything as it is. */
  readonly check?: (call: BucketCall, change: Partial<BucketSettings>) => void | Promise<void>
}

/** An operation that tells a part of a bucket's configuration; `contentOf` throws when there is none. */
export const tells = (
  action: string,
  root: string,
  contentOf: (call: BucketCall) => unknown,
): S3Operation<BucketCall> => ({
  authorize: needs(action),
  run: call => sendXml(call, root, contentOf(call)),
})

/** An operation that sets a part of a bucket's configuration. */
export const sets = ({ action, root, read, check }: Setting): S3Operation<BucketCall> => ({
  authorize: needs(action),
  async run(call) {
    const element = XmlElement.root(await xmlBody(call), root)
    const change = read(element, call)
    element.finish(call.operation)
    await check?.(call, change)
    call.bucket.configure(change)
    sendEmpty(call, 200)
  },
})

/** An operation that takes a part of a bucket's configuration away. */
export const clears = (action: string, change: Partial<BucketSettings>): S3Operation<BucketCall> => ({
  authorize: needs(action),
  run(call) {
    call.bucket.configure(change)
    sendEmpty(call, 204)
  },
})
