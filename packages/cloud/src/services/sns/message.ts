import type { Instant } from '@terrace/kit'
import { InvalidParameter } from './errors.ts'
import { LARGEST_MESSAGE_BYTES, LONGEST_ID, LONGEST_SUBJECT } from './limits.ts'
import { checkAttributes, type MessageAttributes, sizeOf } from './message-attributes.ts'
import type { Topic } from './topic.ts'

/** What somebody publishes. */
export interface Draft {
  readonly message: string
  readonly subject?: string | undefined
  /** `json`: the message is another one for each protocol. */
  readonly structure?: string | undefined
  readonly attributes: MessageAttributes
  readonly group?: string | undefined
  readonly deduplicationId?: string | undefined
}

/** A message that a topic has taken. */
export interface Published {
  readonly id: string
  readonly topic: Topic
  readonly at: Instant
  readonly subject: string | undefined
  readonly attributes: MessageAttributes
  /** The message for a protocol. */
  bodyFor(protocol: string): string
  readonly group: string | undefined
  /** Of FIFO topics. */
  readonly deduplicationId: string | undefined
  readonly sequence: string | undefined
}

/** What counts for the limits of a message, bytes. */
export const sizeOfDraft = ({ message, attributes }: Draft): number => Buffer.byteLength(message) + sizeOf(attributes)

/**
 * @throws InvalidParameter, ParameterValueInvalid
 * @see Amazon SNS API Reference, "Publish"
 */
export function checkDraft(draft: Draft, topic: Topic): void {
  const { message, subject, structure, attributes, group, deduplicationId } = draft
  if (message === '') throw new InvalidParameter('Empty message')
  checkAttributes(attributes)
  if (sizeOfDraft(draft) > LARGEST_MESSAGE_BYTES) throw new InvalidParameter('Message too long')
  // An ASCII letter, digit or mark first, one line, no control characters.
  if (subject !== undefined && (subject.length > LONGEST_SUBJECT || !/^[\x21-\x7e][\x20-\x7e]*$/.test(subject))) {
    throw new InvalidParameter('Subject')
  }
  if (structure !== undefined && structure !== 'json') throw new InvalidParameter('MessageStructure')
  if (topic.fifo && group === undefined) {
    throw new InvalidParameter('The MessageGroupId parameter is required for FIFO topics')
  }
  if (group !== undefined && !isId(group)) throw new InvalidParameter('MessageGroupId')
  if (deduplicationId === undefined) {
    if (!topic.fifo || topic.contentBasedDeduplication) return
    throw new InvalidParameter(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    )
  }
  if (!topic.fifo) {
    throw new InvalidParameter(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    )
  }
  if (!isId(deduplicationId)) throw new InvalidParameter('MessageDeduplicationId')
}

const isId = (text: string): boolean => text.length <= LONGEST_ID && /^[\x21-\x7e]+$/.test(text)

/**
 * The message for each protocol.
 * @throws InvalidParameter
 * @see Amazon SNS API Reference, "Publish", `MessageStructure`
 */
export function bodiesOf({ message, structure }: Draft): (protocol: string) => string {
  if (structure !== 'json') return () => message
  const bodies = parse(message)
  const general = bodies.default
  if (typeof general !== 'string') {
    throw new InvalidParameter('Message Structure - No default entry in JSON message body')
  }
  return protocol => {
    const own = Object.hasOwn(bodies, protocol) ? bodies[protocol] : undefined
    return typeof own === 'string' ? own : general
  }
}

function parse(message: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(message)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed }
  } catch {
    // Said below, in AWS's words.
  }
  throw new InvalidParameter('Message Structure - JSON message body failed to parse')
}
