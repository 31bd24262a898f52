import type { AcceptedMember } from '../../gateway/accepted.ts'

const PAYER: AcceptedMember = { path: 'x-amz-request-payer', because: 'nobody pays here' }
const BUCKET_KEY: AcceptedMember = {
  path: 'x-amz-server-side-encryption-bucket-key-enabled',
  because: 'it is told, and saves calls of KMS, which are not made here',
}
const KMS: AcceptedMember = {
  path: 'x-amz-server-side-encryption-aws-kms-key-id',
  because:
    'it is told; objects lie on this machine, protected by file permissions, and no permission for the key is asked',
}
const STORAGE_CLASS: AcceptedMember = {
  path: 'x-amz-storage-class',
  because: 'it is told, and archives refuse to be read; the disk is the one of this machine',
}

const WRITING = [PAYER, BUCKET_KEY, KMS, STORAGE_CLASS]

/** Header fields that are taken and that change nothing here, by operation. */
export const WITHOUT_EFFECT: Readonly<Record<string, readonly AcceptedMember[]>> = {
  AbortMultipartUpload: [PAYER],
  CompleteMultipartUpload: [PAYER],
  CopyObject: WRITING,
  CreateMultipartUpload: WRITING,
  DeleteObject: [PAYER],
  DeleteObjects: [PAYER],
  GetObject: [PAYER],
  GetObjectAttributes: [PAYER],
  GetObjectTagging: [PAYER],
  HeadObject: [PAYER],
  ListMultipartUploads: [PAYER],
  ListObjects: [PAYER],
  ListObjectsV2: [PAYER],
  ListObjectVersions: [PAYER],
  ListParts: [PAYER],
  PutBucketEncryption: [{ path: 'BucketKeyEnabled', because: 'it saves calls of KMS, which are not made here' }],
  PutObject: WRITING,
  PutObjectTagging: [PAYER],
  UploadPart: [PAYER],
  UploadPartCopy: [PAYER],
}
