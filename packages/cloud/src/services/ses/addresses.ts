import parse from 'nodemailer/lib/addressparser'
import { BadRequestException } from './errors.ts'
import { LONGEST_ADDRESS, LONGEST_LOCAL_PART } from './limits.ts'

/** Somebody who writes or is written to. */
export interface Mailbox {
  /** As in `Orders <orders@example.com>`; empty when there is none. May be an encoded word of RFC 2047. */
  readonly name: string
  /** Its domain in lower case: `orders@example.com`. */
  readonly address: string
}

/**
 * Reads one address as a caller gives it. Control characters are refused whatever they stand in: a header can't be broken
 * by an address.
 *
 * @throws BadRequestException in the words of SES where they are known
 */
export function readAddress(text: string): Mailbox {
  if (hasControlCharacters(text)) throw bad('Address contains control characters')
  if (text.trim() === '') throw bad('Empty address')
  const found = flatten(text)
  const [mailbox] = found
  if (found.length !== 1 || !mailbox || !isOneAddress(text)) throw bad('Illegal address')
  return check(mailbox.name, mailbox.address)
}

/** Reads the addresses of a header field; groups are their members. @throws BadRequestException */
export const readAddresses = (field: string): readonly Mailbox[] =>
  flatten(field).map(({ name, address }) => check(name, address))

/** What comes after the @. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** `"Orders, please" <orders@example.com>`: as SES writes a sender in its events. */
export const writeMailbox = ({ name, address }: Mailbox): string => (name === '' ? address : `${name} <${address}>`)

/** Whether a text could end a line, or do more than stand in one. */
export const hasControlCharacters = (text: string): boolean => /\p{Cc}/u.test(text)

/** A bare address, or a name and an address in angle brackets; what the parser would only guess at is refused. */
function isOneAddress(text: string): boolean {
  const unquoted = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '_').trim()
  return /^[^<>@,;:]*<[^<>\s,;:]+>$/.test(unquoted) || /^[^<>\s,;:]+$/.test(unquoted)
}

const bad = (message: string) => new BadRequestException(message)

const flatten = (text: string): readonly Mailbox[] =>
  parse(text, { flatten: true }).map(({ name, address }) => ({ name: name ?? '', address: address ?? '' }))

function check(name: string, address: string): Mailbox {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  const domain = address.slice(at + 1)
  if (at < 0) throw bad("Missing final '@domain'")
  if (local === '') throw bad('Missing local part')
  if (address.length > LONGEST_ADDRESS || local.length > LONGEST_LOCAL_PART) throw bad('Address length exceeds limit')
  // Unlike mail servers of today, SES takes no address in UTF-8; domains come in Punycode.
  if (!/^[!-~]+$/.test(local)) throw bad('Local address contains control or whitespace, or characters beyond ASCII')
  if (!/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+$/.test(local) && !/^"[^"\\]+"$/.test(local)) throw bad('Illegal local part')
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..'))
    throw bad('Local address contains dots in a row')
  if (!isDomain(domain))
    throw bad(domain.includes('.') ? 'Domain contains illegal character' : 'Missing final dot in domain')
  return { name, address: `${local}@${domain.toLowerCase()}` }
}

/** Two labels or more of letters, digits and hyphens; a literal such as `[192.0.2.1]` is none. */
export const isDomain = (text: string): boolean =>
  text.length <= 253 &&
  /^(?=.*\.)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/.test(text)
