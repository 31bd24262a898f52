import { InvalidStorageClass } from './errors.ts'

const STORAGE_CLASSES = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
] as const

/** Told and otherwise without effect, but that archives aren't readable. S3 User Guide "Using Amazon S3 storage classes". */
export type StorageClass = (typeof STORAGE_CLASSES)[number]

/** The storage class that an upload asks for. @throws InvalidStorageClass */
export function storageClassOf(field: string | undefined): StorageClass {
  if (field === undefined) return 'STANDARD'
  const found = STORAGE_CLASSES.find(each => each === field)
  if (!found) throw new InvalidStorageClass(field)
  return found
}

/** Whether objects have to be restored before they can be read. */
export const isArchived = (storageClass: StorageClass): boolean =>
  storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE'
