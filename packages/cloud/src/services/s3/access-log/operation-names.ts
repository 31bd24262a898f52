/** What the access log calls an operation, where it doesn't follow from its method. */
const NAMES: Readonly<Record<string, string>> = {
  AbortMultipartUpload: 'REST.DELETE.UPLOAD',
  CompleteMultipartUpload: 'REST.POST.UPLOAD',
  CopyObject: 'REST.COPY.OBJECT',
  CreateMultipartUpload: 'REST.POST.UPLOADS',
  DeleteBucketLifecycle: 'REST.DELETE.LIFECYCLE',
  DeleteObjectTagging: 'REST.DELETE.OBJECT_TAGGING',
  DeleteObjects: 'REST.POST.MULTI_OBJECT_DELETE',
  GetObjectAttributes: 'REST.GET.OBJECT_ATTRIBUTES',
  GetObjectTagging: 'REST.GET.OBJECT_TAGGING',
  ListBuckets: 'REST.GET.SERVICE',
  ListMultipartUploads: 'REST.GET.UPLOADS',
  ListObjectVersions: 'REST.GET.BUCKETVERSIONS',
  ListObjects: 'REST.GET.BUCKET',
  ListObjectsV2: 'REST.GET.BUCKET',
  ListParts: 'REST.GET.UPLOAD',
  PutObjectTagging: 'REST.PUT.OBJECT_TAGGING',
  UploadPart: 'REST.PUT.PART',
  UploadPartCopy: 'REST.COPY.PART',
}

/** `REST.GET.OBJECT`. S3 User Guide "Amazon S3 server access log format", Operation. */
export function loggedOperation(operation: string, method: string, kind: 'service' | 'bucket' | 'object'): string {
  if (method === 'OPTIONS') return 'REST.OPTIONS.PREFLIGHT'
  const known = NAMES[operation]
  if (known !== undefined) return known
  const subresource = /^(?:Get|Put|Delete)(?:Bucket|Object)(.+?)(?:Configuration)?$/.exec(operation)?.[1]
  return `REST.${method}.${subresource?.toUpperCase() ?? kind.toUpperCase()}`
}
