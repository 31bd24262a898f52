import { createHash } from 'node:crypto'
import { crc32cSum, crc32Sum, crc64Sum, type Sum } from './crc.ts'

/** A checksum algorithm as its header field spells it: `x-amz-checksum-crc32`. */
export type ChecksumAlgorithm = 'crc32' | 'crc32c' | 'crc64nvme' | 'sha1' | 'sha256'

/** A checksum kept with an object. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  /** Base64; a composite one ends in `-<parts>`. */
  readonly value: string
  readonly type: 'FULL_OBJECT' | 'COMPOSITE'
}

const hashSum = (name: string): Sum => {
  const hash = createHash(name)
  return { update: bytes => hash.update(bytes), digest: () => hash.digest() }
}

const SUMS: Readonly<Record<ChecksumAlgorithm, () => Sum>> = {
  crc32: crc32Sum,
  crc32c: crc32cSum,
  crc64nvme: crc64Sum,
  sha1: () => hashSum('sha1'),
  sha256: () => hashSum('sha256'),
}

/** All algorithms S3 knows. S3 User Guide "Checking object integrity in Amazon S3". */
export const CHECKSUM_ALGORITHMS = Object.keys(SUMS) as readonly ChecksumAlgorithm[]

/** A new checksum of that algorithm. */
export const newSum = (algorithm: ChecksumAlgorithm): Sum => SUMS[algorithm]()

/** The algorithm of a name in any case (`CRC32`, `crc32`); nothing when there is none. */
export const checksumAlgorithm = (name: string): ChecksumAlgorithm | undefined =>
  CHECKSUM_ALGORITHMS.find(algorithm => algorithm === name.toLowerCase())

/** `x-amz-checksum-crc32` */
export const checksumHeader = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm}`

/** `ChecksumCRC32`, as XML has it. */
export const checksumElement = (algorithm: ChecksumAlgorithm): string => `Checksum${algorithm.toUpperCase()}`

/**
 * The checksum of checksums of a multipart upload. S3 User Guide "Checking object integrity", composite checksums.
 *
 * @param parts  the parts' checksums in base64
 * @returns nothing for CRC-64/NVME, which S3 has for whole objects alone
 */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly string[]): Checksum | undefined {
  if (algorithm === 'crc64nvme') return undefined
  const sum = newSum(algorithm)
  for (const part of parts) sum.update(Buffer.from(part, 'base64'))
  return { algorithm, value: `${sum.digest().toString('base64')}-${parts.length}`, type: 'COMPOSITE' }
}
