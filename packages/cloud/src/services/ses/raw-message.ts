import { type Mailbox, readAddresses } from './addresses.ts'
import { BadRequestException } from './errors.ts'

/** One field of a message's head, its lines as they were, without the last line break. */
export interface Field {
  /** In lower case. */
  readonly name: string
  readonly lines: string
}

/** A message that a caller has put together: its head, and the rest untouched. */
export interface RawMessage {
  readonly fields: readonly Field[]
  /** Everything after the empty line. */
  readonly body: Buffer
}

/** Fields of RFC 5322 that may be there once. */
const ONCE = ['from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'message-id', 'subject', 'date']

/** @throws BadRequestException for what has no head, or a field twice */
export function readRaw(data: Buffer): RawMessage {
  const { head, body } = split(data)
  const fields: Field[] = []
  for (const line of head.split(/\r?\n/)) {
    const last = fields.at(-1)
    if (/^[ \t]/.test(line) && last) {
      fields[fields.length - 1] = { ...last, lines: `${last.lines}\r\n${line}` }
      continue
    }
    const name = /^([!-9;-~]+):/.exec(line)?.[1]
    if (name === undefined) throw new BadRequestException(`Invalid header: ${line.slice(0, 100) || '(none)'}`)
    fields.push({ name: name.toLowerCase(), lines: line })
  }
  for (const name of ONCE) {
    if (fields.filter(field => field.name === name).length > 1) {
      throw new BadRequestException(
        `Duplicate header '${fields.find(field => field.name === name)?.lines.split(':')[0]}'.`,
      )
    }
  }
  return { fields, body }
}

/** What a field says, unfolded; nothing when it isn't there. */
export const fieldOf = ({ fields }: RawMessage, name: string): string | undefined =>
  fields
    .find(field => field.name === name)
    ?.lines.replace(/^[^:]*:/, '')
    .replace(/\r\n[ \t]+/g, ' ')
    .trim()

/** The addresses of a field; none when it isn't there. @throws BadRequestException */
export const addressesIn = (message: RawMessage, name: string): readonly Mailbox[] =>
  readAddresses(fieldOf(message, name) ?? '')

/**
 * The message without some fields, and with others before what is left.
 *
 * @param added  name → value, already encoded
 */
export function rewrite(
  message: RawMessage,
  removed: readonly string[],
  added: Readonly<Record<string, string>>,
): Buffer {
  const kept = message.fields.filter(({ name }) => !removed.includes(name)).map(({ lines }) => lines)
  const head = [...Object.entries(added).map(([name, value]) => `${name}: ${value}`), ...kept]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), message.body])
}

// Bytes stay bytes: what isn't ASCII in a head comes out as it went in.
function split(data: Buffer): { readonly head: string; readonly body: Buffer } {
  const ends = ['\r\n\r\n', '\n\n'].map(end => ({ end, at: data.indexOf(end) })).filter(({ at }) => at >= 0)
  const first = ends.sort((a, b) => a.at - b.at)[0]
  if (!first) return { head: data.toString('latin1').replace(/\r?\n$/, ''), body: Buffer.alloc(0) }
  return { head: data.subarray(0, first.at).toString('latin1'), body: data.subarray(first.at + first.end.length) }
}
