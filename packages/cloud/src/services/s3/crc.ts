import { crc32 } from 'node:zlib'

/** A checksum in the making. */
export interface Sum {
  update(bytes: Uint8Array): void
  /** Big-endian, as S3 sends checksums (in base64). */
  digest(): Buffer
}

/** CRC-32 as in zip. */
export function crc32Sum(): Sum {
  let state = 0
  return {
    update(bytes) {
      state = crc32(bytes, state)
    },
    digest: () => bigEndian(state),
  }
}

/** Reflected polynomial of CRC-32C (Castagnoli). RFC 3720, appendix B.4 */
const CRC32C = table32(0x82f63b78)

/** CRC-32C. */
export function crc32cSum(): Sum {
  let state = 0xffffffff
  return {
    update(bytes) {
      for (const byte of bytes) state = (CRC32C[(state ^ byte) & 0xff] ?? 0) ^ (state >>> 8)
    },
    digest: () => bigEndian((state ^ 0xffffffff) >>> 0),
  }
}

/** Reflected polynomial of CRC-64/NVME, high and low half. NVM Express NVM Command Set Specification 1.0, 5.2.1.3.4 */
const CRC64 = table64(0x9a6c9329, 0xac4bc9b5)

/** CRC-64/NVME, on two halves of 32 bits, because BigInt is slow. */
export function crc64Sum(): Sum {
  let high = 0xffffffff
  let low = 0xffffffff
  return {
    update(bytes) {
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff
        low = ((low >>> 8) | (high << 24)) ^ (CRC64.low[index] ?? 0)
        high = (high >>> 8) ^ (CRC64.high[index] ?? 0)
      }
    },
    digest: () => Buffer.concat([bigEndian(~high >>> 0), bigEndian(~low >>> 0)]),
  }
}

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

function table32(polynomial: number): Int32Array {
  const table = new Int32Array(256)
  for (let index = 0; index < 256; index++) {
    let value = index
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1
    table[index] = value
  }
  return table
}

function table64(polynomialHigh: number, polynomialLow: number): { high: Int32Array; low: Int32Array } {
  const high = new Int32Array(256)
  const low = new Int32Array(256)
  for (let index = 0; index < 256; index++) {
    let [a, b] = [0, index]
    for (let bit = 0; bit < 8; bit++) {
      const odd = b & 1
      b = (b >>> 1) | (a << 31)
      a >>>= 1
      if (odd) {
        a ^= polynomialHigh
        b ^= polynomialLow
      }
    }
    high[index] = a
    low[index] = b
  }
  return { high, low }
}
