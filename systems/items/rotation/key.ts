import { randomBytes } from 'node:crypto'

/** Makes a key up. */
export type MakeKey = () => string

/** The first key is made by Secrets Manager, the later ones here: letters, digits, `-` and `_`. */
export const KEY_FORM = /^[\w-]{43,128}$/

/** 48 bytes of chance as 64 characters: more than the 32 bytes that HMAC-SHA-256 can use. */
export const newKey: MakeKey = () => randomBytes(48).toString('base64url')
