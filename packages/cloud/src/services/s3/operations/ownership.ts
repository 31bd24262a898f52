import { needs, needsOnObject } from '../access.ts'
import { ownersAcl, refuseAcls } from '../acl.ts'
import type { BucketCall, ObjectCall, S3Operation } from '../call.ts'
import { AccessControlListNotSupported, MalformedXml, NoConfiguration } from '../errors.ts'
import { xmlBody } from '../incoming.ts'
import { sendEmpty, sendXml } from '../reply.ts'
import type { ObjectOwnership } from '../settings.ts'
import { clears, sets, tells } from './configuration.ts'
import { existing } from './existing.ts'

const OWNERSHIPS: readonly ObjectOwnership[] = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']

export const ownershipOf = (text: string): ObjectOwnership | undefined => OWNERSHIPS.find(each => each === text)

export const getBucketOwnershipControls = tells('GetBucketOwnershipControls', 'OwnershipControls', ({ bucket }) => {
  const { objectOwnership } = bucket.settings
  if (!objectOwnership) {
    const message = 'The bucket ownership controls were not found'
    throw new NoConfiguration('OwnershipControlsNotFoundError', message, bucket.name)
  }
  return { Rule: { ObjectOwnership: objectOwnership } }
})

export const putBucketOwnershipControls = sets({
  action: 'PutBucketOwnershipControls',
  root: 'OwnershipControls',
  read(root) {
    const [rule, ...others] = root.children('Rule')
    const objectOwnership = rule?.oneOf('ObjectOwnership', OWNERSHIPS)
    if (!objectOwnership || others.length > 0) throw new MalformedXml()
    return { objectOwnership }
  },
})

export const deleteBucketOwnershipControls = clears('PutBucketOwnershipControls', { objectOwnership: undefined })

export const getBucketAcl = tells('GetBucketAcl', 'AccessControlPolicy', ({ account }) => ownersAcl(account))

export const getObjectAcl: S3Operation<ObjectCall> = {
  authorize: needsOnObject('GetObjectAcl'),
  run(call) {
    existing(call)
    sendXml(call, 'AccessControlPolicy', ownersAcl(call.account))
  },
}

/** differs: where ACLs are allowed, none but that of the owner is taken */
export const putBucketAcl: S3Operation<BucketCall> = { authorize: needs('PutBucketAcl'), run: putAcl }

export const putObjectAcl: S3Operation<ObjectCall> = {
  authorize: needsOnObject('PutObjectAcl'),
  async run(call) {
    existing(call)
    await putAcl(call)
  },
}

async function putAcl(call: BucketCall): Promise<void> {
  refuseAcls(call)
  if (call.header('x-amz-acl') === undefined) {
    await xmlBody(call)
    throw new AccessControlListNotSupported()
  }
  sendEmpty(call, 200)
}
