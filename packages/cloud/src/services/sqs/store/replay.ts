import { z } from 'zod'
import { Memory } from '../deduplication.ts'
import { Message, type StoredMessage, storedMessage } from '../message.ts'

/** What a log of messages amounts to. */
export interface Replayed {
  /** In no order. */
  readonly messages: Map<number, Message>
  readonly memories: Memory[]
  nextSequence: number
}

const sequences = z.array(z.int())

/** The lines of a log. The first item says what it is. */
const record = z.union([
  /** The first of a file: the sequence of the next message. */
  z.tuple([z.literal('h'), z.int()]),
  /** A message as it stands. */
  z.tuple([z.literal('m'), storedMessage]),
  /** What deduplication remembers: key, id, sequence, when. */
  z.tuple([z.literal('k'), z.string(), z.string(), z.int(), z.number()]),
  /** A receive: when, until when these are in flight. */
  z.tuple([z.literal('r'), z.number(), z.number(), sequences]),
  /** These become visible then. */
  z.tuple([z.literal('v'), z.number(), sequences]),
  /** These are gone. */
  z.tuple([z.literal('d'), sequences]),
  /** All before that sequence are gone. */
  z.tuple([z.literal('p'), z.int()]),
])

export const headerLine = (next: number): string => JSON.stringify(['h', next])
export const receivedLine = (at: number, until: number, which: readonly number[]): string =>
  JSON.stringify(['r', at, until, which])
export const visibleLine = (at: number, which: readonly number[]): string => JSON.stringify(['v', at, which])
export const goneLine = (which: readonly number[]): string => JSON.stringify(['d', which])
export const purgedLine = (before: number): string => JSON.stringify(['p', before])

/**
 * Adds a line to what the ones before it amount to. A message that isn't known was forgotten with its file, or stands
 * farther on: what is said of it here is part of that.
 *
 * @param forget  is told what doesn't count any more
 * @returns what of the line is to be kept
 * @throws ZodError when it is no such line
 */
export function replay(
  line: readonly unknown[],
  into: Replayed,
  forget: (item: Message) => void,
): Message | Memory | undefined {
  const [kind, ...rest] = line
  // By far the most frequent one, and the longest: a union would try the others first.
  if (kind === 'm') return keep(storedMessage.parse(rest[0]), into)
  const parsed = record.parse(line)
  const change = (which: readonly number[], change: (of: Message) => void) => {
    for (const sequence of which) {
      const message = into.messages.get(sequence)
      if (message) change(message)
    }
  }
  const remove = (message: Message) => {
    into.messages.delete(message.kept.sequence)
    forget(message)
  }
  switch (parsed[0]) {
    case 'h':
      into.nextSequence = Math.max(into.nextSequence, parsed[1])
      return undefined
    case 'm':
      return keep(parsed[1], into)
    case 'k': {
      const [, key, messageId, sequence, at] = parsed
      const memory = new Memory({ key, messageId, sequence, at })
      into.memories.push(memory)
      return memory
    }
    case 'r':
      change(parsed[3], message => message.receive(parsed[1], parsed[2]))
      return undefined
    case 'v':
      change(parsed[2], message => message.change({ visibleAt: parsed[1] }))
      return undefined
    case 'd':
      change(parsed[1], remove)
      return undefined
    case 'p':
      for (const message of [...into.messages.values()]) if (message.kept.sequence < parsed[1]) remove(message)
      return undefined
  }
}

function keep(kept: StoredMessage, into: Replayed): Message {
  into.nextSequence = Math.max(into.nextSequence, kept.sequence + 1)
  const known = into.messages.get(kept.sequence)
  if (known) {
    known.kept = kept
    return known
  }
  const message = new Message(kept)
  into.messages.set(kept.sequence, message)
  return message
}
