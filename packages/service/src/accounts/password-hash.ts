import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

// Node's own Argon2 rather than a package: it is OpenSSL's, kept with Node itself, works in the bundle and in the image
// without native modules, and runs on the thread pool, so that requests go on while a password is hashed.
const hash = promisify<'argon2id', Argon2Parameters, Buffer>(argon2)

/**
 * What a password costs: 19 MiB, two passes, one lane. Takes about 30 ms.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html "Argon2id"
 */
const COST = { memory: 19_456, passes: 2, parallelism: 1 }
const SALT_BYTES = 16
const HASH_BYTES = 32

/** `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`, the form that other libraries read as well. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(SALT_BYTES)
  const tag = await hash('argon2id', { message: normal(password), nonce, tagLength: HASH_BYTES, ...COST })
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(nonce)}$${base64(tag)}`
}

const STORED = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** Is it the password? Takes as long for an unknown account, whose stored hash is undefined, as for a known one. */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', tag = ''] = STORED.exec(stored ?? NOBODY) ?? []
  const expected = Buffer.from(tag, 'base64')
  const actual = await hash('argon2id', {
    message: normal(password),
    nonce: Buffer.from(salt, 'base64'),
    tagLength: expected.length,
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  })
  return timingSafeEqual(actual, expected) && stored !== undefined
}

// The same cost as everybody's; no password has this hash but by chance.
const NOBODY = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`

// The same letters in two Unicode forms are the same password, on whichever keyboard they were typed.
const normal = (password: string): string => password.normalize('NFC')

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
