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

/** Changes the value of every field of that name. */
export function mapHeader(headers: HeaderList, name: string, change: (value: string) => string): void {
  for (let index = 0; index < headers.length; index += 2) {
    if (sameName(headers[index], name)) headers[index + 1] = change(headers[index + 1] ?? '')
  }
}

// RFC 9110, section 7.6.1: what concerns one connection alone, and what Connection names.
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']

/** The fields that are passed on: without those that concern one connection alone. */
export function endToEnd(headers: HeaderList): HeaderList {
  const named = getHeaders(headers, 'connection').flatMap(value => value.toLowerCase().split(/\s*,\s*/))
  const kept: HeaderList = []
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? ''
    const lower = name.toLowerCase()
    if (HOP_BY_HOP.includes(lower) || (named.length > 0 && named.includes(lower))) continue
    kept.push(name, headers[index + 1] ?? '')
  }
  return kept
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

const sameName = (written: string | undefined, name: string): boolean =>
  written === name || (written?.length === name.length && written.toLowerCase() === name.toLowerCase())
