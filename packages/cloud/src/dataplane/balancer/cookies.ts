import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { days, type Instant } from '@terrace/kit'
import { getHeaders, type HeaderList } from '../http1/headers.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** `Expires` of every cookie, whatever its duration: the duration is inside. */
const COOKIE_LIFETIME = days(7)

/**
 * Seals what a balancer gives clients to bring back: they can neither read nor make it. The nonce follows from the
 * content, so that no chance is needed and the same content is the same cookie.
 */
export class CookieSeal {
  readonly #key: Buffer
  readonly #nonceKey: Buffer

  /** @param key  64 hexadecimal digits */
  constructor(key: string) {
    this.#key = Buffer.from(key, 'hex')
    this.#nonceKey = createHmac('sha256', this.#key).update('nonce').digest()
  }

  /** @param purpose  what the cookie is for: one that was sealed for something else doesn't open */
  seal(purpose: string, value: string, expires: Instant): string {
    const content = Buffer.from(JSON.stringify([value, expires]))
    const nonce = createHmac('sha256', this.#nonceKey).update(purpose).update('\0').update(content).digest()
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(purpose))
    const sealed = Buffer.concat([cipher.update(content), cipher.final()])
    return Buffer.concat([nonce.subarray(0, NONCE_BYTES), cipher.getAuthTag(), sealed]).toString('base64')
  }

  /** The value, unless the cookie isn't ours, was changed, or has expired. */
  open(purpose: string, cookie: string, now: Instant): string | undefined {
    const bytes = Buffer.from(cookie, 'base64')
    if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(purpose))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      const content = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
      const [value, expires]: unknown[] = JSON.parse(content.toString())
      return typeof value === 'string' && typeof expires === 'number' && now < expires ? value : undefined
    } catch {
      return undefined
    }
  }
}

/** The value of a cookie that a client sent, or nothing. */
export function cookieIn(headers: HeaderList, name: string): string | undefined {
  for (const field of getHeaders(headers, 'cookie')) {
    for (const pair of field.split(';')) {
      const equals = pair.indexOf('=')
      if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim()
    }
  }
  return undefined
}

/**
 * `Set-Cookie` for a cookie and its twin for requests from other sites.
 * @see ELB User Guide for Application Load Balancers, "Sticky sessions for your Application Load Balancer"
 */
export function setCookies(name: string, value: string, now: Instant, withCors: boolean): HeaderList {
  const expires = new Date(now + COOKIE_LIFETIME).toUTCString()
  const cookie = ['Set-Cookie', `${name}=${value}; Expires=${expires}; Path=/`]
  if (!withCors) return cookie
  return [...cookie, 'Set-Cookie', `${name}CORS=${value}; Expires=${expires}; Path=/; SameSite=None; Secure`]
}
