import { createHash, randomInt } from 'node:crypto'

/** A source of chance. Seeded everywhere but in secrets, so that a run can be replayed. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** A whole number in [0, below). */
  integer(below: number): number
  /** One of the items; the list must not be empty. */
  pick<T>(items: readonly T[]): T
  /** A string of `length` characters of `alphabet`. */
  text(length: number, alphabet: string): string
  /** A version 4 UUID. */
  uuid(): string
}

export const HEX = '0123456789abcdef'
export const LOWER_ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** The same seed gives the same sequence, on every machine (mulberry32 over a hash of the seed). */
export function seeded(seed: string | number): Random {
  let state = createHash('sha256').update(String(seed)).digest().readUInt32LE(0)
  return randomFrom(() => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  })
}

/** Unpredictable: for passwords, keys and tokens alone. */
export const secureRandom: Random = randomFrom(() => randomInt(2 ** 48 - 1) / 2 ** 48)

function randomFrom(next: () => number): Random {
  const integer = (below: number) => Math.floor(next() * below)
  const text = (length: number, alphabet: string) =>
    Array.from({ length }, () => alphabet[integer(alphabet.length)]).join('')
  return {
    next,
    integer,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('cannot pick from an empty list')
      return items[integer(items.length)] as T
    },
    text,
    uuid: () =>
      [text(8, HEX), text(4, HEX), `4${text(3, HEX)}`, `${text(1, '89ab')}${text(3, HEX)}`, text(12, HEX)].join('-'),
  }
}

/** `length` characters that depend on `text` alone: for ids that must be the same at every start. */
export function digest(text: string, length: number, alphabet = HEX): string {
  const random = seeded(text)
  return random.text(length, alphabet)
}
