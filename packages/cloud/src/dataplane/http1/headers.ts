/** Header fields in the order and spelling they came in: name, value, name, value, … Latin-1 text. */
export type HeaderList = string[]

/** The first value of a field, or nothing. Names are compared without regard to case. */
export function getHeader(headers: HeaderList, name: string): string | undefined {
  for (let index = 0; index < headers.length; index += 2) {
    if (sameName(headers[index], name)) return headers[index + 1]
  }
  return undefined
}

/** Every value of a field, in order. */
export function getHeaders(headers: HeaderList, name: string): string[] {
  const values: string[] = []
  for (let index = 0; index < headers.length; index += 2) {
    if (sameName(headers[index], name)) values.push(headers[index + 1] ?? '')
  }
  return values
}

/** Replaces the field where it stands, or adds it at the end. */
export function setHeader(headers: HeaderList, name: string, value: string): void {
  for (let index = 0; index < headers.length; index += 2) {
    if (!sameName(headers[index], name)) continue
    headers[index + 1] = value
    removeFrom(headers, name, index + 2)
    return
  }
  headers.push(name, value)
}

/** Removes every field of that name. */
export const removeHeader = (headers: HeaderList, name: string): void => removeFrom(headers, name, 0)

/** Removes every field of that name. @returns the first value */
export function takeHeader(headers: HeaderList, name: string): string | undefined {
  const value = getHeader(headers, name)
  if (value !== undefined) removeFrom(headers, name, 0)
  return value
}

/** Changes the value of every field of that name. */
export function mapHeader(headers: HeaderList, name: string, change: (value: string) => string): void {
  for (let index = 0; index < headers.length; index += 2) {
    if (sameName(headers[index], name)) headers[index + 1] = change(headers[index + 1] ?? '')
  }
}

// RFC 9110, section 7.6.1: what concerns one connection alone, and what Connection names.
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']
const HOP_BY_HOP_INITIALS = 'ckptu'

/** Whether a field concerns one connection alone, whatever Connection names. */
export function isHopByHop(name: string): boolean {
  // Most names differ in their first letter already.
  if (!HOP_BY_HOP_INITIALS.includes(String.fromCharCode(name.charCodeAt(0) | CASE_BIT))) return false
  for (const each of HOP_BY_HOP) if (sameName(name, each)) return true
  return false
}

/** The fields that are passed on: without those that concern one connection alone. */
export function endToEnd(headers: HeaderList): HeaderList {
  const named = namedByConnection(headers)
  const kept: HeaderList = []
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? ''
    if (isHopByHop(name) || named?.includes(name.toLowerCase())) continue
    kept.push(name, headers[index + 1] ?? '')
  }
  return kept
}

/** The names that Connection says concern this connection alone, in lower case; nothing: only what does so anyway. */
export function namedByConnection(headers: HeaderList): readonly string[] | undefined {
  let named: string[] | undefined
  for (let index = 0; index < headers.length; index += 2) {
    if (!sameName(headers[index], 'connection')) continue
    const value = headers[index + 1]?.toLowerCase() ?? ''
    if (value === 'keep-alive' || value === 'close') continue
    named = [...(named ?? []), ...value.split(/\s*,\s*/)]
  }
  return named
}

/** Size of the fields as they are written, bytes. */
export function headersSize(headers: HeaderList): number {
  let size = 0
  for (const text of headers) size += text.length + 2
  return size
}

/** `name: value` lines, each with its line end. */
export function writeHeaders(headers: HeaderList): string {
  let text = ''
  for (let index = 0; index < headers.length; index += 2) text += `${headers[index]}: ${headers[index + 1]}\r\n`
  return text
}

function removeFrom(headers: HeaderList, name: string, from: number): void {
  for (let index = headers.length - 2; index >= from; index -= 2) {
    if (sameName(headers[index], name)) headers.splice(index, 2)
  }
}

/** Whether a name as it was written is this one. @param name  of letters, digits and dashes */
export function sameName(written: string | undefined, name: string): boolean {
  if (written === name) return true
  if (written?.length !== name.length || (written.charCodeAt(0) | CASE_BIT) !== (name.charCodeAt(0) | CASE_BIT))
    return false
  return written.toLowerCase() === name.toLowerCase()
}

/** Where the capital and the small letter differ. */
const CASE_BIT = 0x20
