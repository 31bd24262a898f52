/** Longest key in bytes of UTF-8. S3 User Guide "Naming Amazon S3 objects". */
export const LONGEST_KEY_BYTES = 1024

/** Names and values of an object's user metadata together. S3 User Guide "Working with object metadata". */
export const LARGEST_METADATA_BYTES = 2048

/** Largest body of one PUT or part: 5 GiB. S3 User Guide "Amazon S3 multipart upload limits". */
export const LARGEST_PUT_BYTES = 5 * 1024 ** 3

/** Smallest part but for the last: 5 MiB. S3 User Guide "Amazon S3 multipart upload limits". */
export const SMALLEST_PART_BYTES = 5 * 1024 ** 2

/** Part numbers go from 1 to this. S3 User Guide "Amazon S3 multipart upload limits". */
export const LAST_PART_NUMBER = 10_000

/** Most entries on a page of a list. S3 API Reference "ListObjectsV2", "ListParts", "ListMultipartUploads". */
export const LARGEST_PAGE = 1000

/** Most keys in one DeleteObjects. S3 API Reference "DeleteObjects". */
export const MOST_DELETED_AT_ONCE = 1000

/** Longest XML body of a request; a full DeleteObjects and a full CompleteMultipartUpload are shorter. */
export const LONGEST_XML_BYTES = 4 * 1024 ** 2

/** S3 User Guide "Categorizing your storage using tags". */
export const MOST_OBJECT_TAGS = 10

/** S3 User Guide "Using cost allocation S3 bucket tags". */
export const MOST_BUCKET_TAGS = 50

/** Longest bucket policy. S3 User Guide "Policies and permissions in Amazon S3". */
export const LONGEST_POLICY_BYTES = 20 * 1024

/** S3 API Reference "PutBucketLifecycleConfiguration". */
export const MOST_LIFECYCLE_RULES = 1000

/** S3 API Reference "PutBucketCors". */
export const MOST_CORS_RULES = 100
