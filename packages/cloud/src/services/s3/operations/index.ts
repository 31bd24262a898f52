import type { BucketCall, ObjectCall, S3Operation, ServiceCall } from '../call.ts'
import { getBucketLocation, getBucketPolicy, getPublicAccessBlock, headBucket, listBuckets } from './buckets.ts'
import { copyObject } from './copy-object.ts'
import { deleteObject, deleteObjects } from './delete-objects.ts'
import { getObject, headObject } from './get-object.ts'
import { listObjects, listObjectsV2 } from './list-objects.ts'
import { listMultipartUploads, listParts } from './list-uploads.ts'
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
  uploadPartCopy,
} from './multipart.ts'
import { putObject } from './put-object.ts'
import { getObjectTagging } from './tagging.ts'

/** Operations on no bucket in particular, by AWS's name. */
export const SERVICE_OPERATIONS: Readonly<Record<string, S3Operation<ServiceCall>>> = { ListBuckets: listBuckets }

/** Operations on a bucket. */
export const BUCKET_OPERATIONS: Readonly<Record<string, S3Operation<BucketCall>>> = {
  DeleteObjects: deleteObjects,
  GetBucketLocation: getBucketLocation,
  GetBucketPolicy: getBucketPolicy,
  GetPublicAccessBlock: getPublicAccessBlock,
  HeadBucket: headBucket,
  ListMultipartUploads: listMultipartUploads,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
}

/** Operations on a key. */
export const OBJECT_OPERATIONS: Readonly<Record<string, S3Operation<ObjectCall>>> = {
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: completeMultipartUpload,
  CopyObject: copyObject,
  CreateMultipartUpload: createMultipartUpload,
  DeleteObject: deleteObject,
  GetObject: getObject,
  GetObjectTagging: getObjectTagging,
  HeadObject: headObject,
  ListParts: listParts,
  PutObject: putObject,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
}
