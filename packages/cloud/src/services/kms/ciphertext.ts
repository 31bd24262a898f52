import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Pairs that a ciphertext is bound to without holding them. */
export type EncryptionContext = Readonly<Record<string, string>>

/** Which key, and which of its materials, counted from 0, a ciphertext was made with. */
export interface Maker {
  readonly keyId: string
  readonly material: number
}

// differs: AWS's format isn't published. Here: version, key id, number of the material, nonce, tag, ciphertext.
const VERSION = 1
const HEADER_BYTES = 1 + 16 + 2
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** AES-256-GCM; the maker's name and the context are authenticated with it. */
export function seal(maker: Maker, secret: Buffer, plaintext: Buffer, context: EncryptionContext): Buffer {
  const header = writeHeader(maker)
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', secret, nonce)
  cipher.setAAD(Buffer.concat([header, canonical(context)]))
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([header, nonce, cipher.getAuthTag(), sealed])
}

/** Nothing when it was damaged, or sealed with another secret or context. */
export function open(secret: Buffer, blob: Buffer, context: EncryptionContext): Buffer | undefined {
  const tagAt = HEADER_BYTES + NONCE_BYTES
  const decipher = createDecipheriv('aes-256-gcm', secret, blob.subarray(HEADER_BYTES, tagAt))
  decipher.setAAD(Buffer.concat([blob.subarray(0, HEADER_BYTES), canonical(context)]))
  decipher.setAuthTag(blob.subarray(tagAt, tagAt + TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(blob.subarray(tagAt + TAG_BYTES)), decipher.final()])
  } catch {
    return undefined
  }
}

/** Who made a ciphertext; nothing when it is none of ours. */
export function makerOf(blob: Buffer): Maker | undefined {
  if (blob.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || blob[0] !== VERSION) return undefined
  const hex = blob.toString('hex', 1, 17)
  const keyId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  return { keyId, material: blob.readUInt16BE(17) }
}

function writeHeader({ keyId, material }: Maker): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header[0] = VERSION
  header.write(keyId.replaceAll('-', ''), 1, 'hex')
  header.writeUInt16BE(material, 17)
  return header
}

/** In the order of their names, each text with its length before it: no two contexts look alike. */
function canonical(context: EncryptionContext): Buffer {
  const texts = Object.entries(context)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat()
  return Buffer.concat(
    texts.flatMap(text => {
      const bytes = Buffer.from(text)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}
