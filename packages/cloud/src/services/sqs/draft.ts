import { InvalidMessageContents, InvalidParameterValue, MissingParameter } from './errors.ts'
import { LONGEST_DELAY_SECONDS, LONGEST_ID } from './limits.ts'
import type { MessageDraft } from './message.ts'
import { checkAttributes, hasForbiddenCharacters, sizeOf } from './message-attributes.ts'
import type { QueueSettings } from './settings.ts'

/** Letters, digits and punctuation of ASCII. Amazon SQS API Reference, "SendMessage" */
const ID = /^[!-~]+$/

/**
 * What a queue asks of a message before it takes it.
 * @throws InvalidParameterValue, MissingParameter, InvalidMessageContents
 */
export function checkDraft(draft: MessageDraft, settings: QueueSettings): void {
  const { body, attributes, delaySeconds, group, deduplicationId } = draft
  if (body === '') throw new MissingParameter('MessageBody')
  if (hasForbiddenCharacters(body)) throw new InvalidMessageContents()
  checkAttributes(attributes)
  if (sizeOf(body, attributes) > settings.maximumMessageBytes) {
    const most = settings.maximumMessageBytes
    throw new InvalidParameterValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`,
    )
  }
  if (group !== undefined) checkId(group, 'MessageGroupId')
  if (deduplicationId !== undefined) checkId(deduplicationId, 'MessageDeduplicationId')
  if (delaySeconds !== undefined && (delaySeconds < 0 || delaySeconds > LONGEST_DELAY_SECONDS)) {
    const reason = `DelaySeconds must be >= 0 and <= ${LONGEST_DELAY_SECONDS}.`
    throw InvalidParameterValue.of(delaySeconds, 'DelaySeconds', reason)
  }
  if (settings.fifo) checkFifo(draft, settings)
  else if (deduplicationId !== undefined) throw notOfThisType(deduplicationId, 'MessageDeduplicationId')
}

function checkFifo({ group, deduplicationId, delaySeconds }: MessageDraft, settings: QueueSettings): void {
  if (group === undefined) throw new MissingParameter('MessageGroupId')
  if (deduplicationId === undefined && !settings.contentBasedDeduplication) {
    throw new InvalidParameterValue(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    )
  }
  if (delaySeconds) throw notOfThisType(delaySeconds, 'DelaySeconds')
}

/** Of groups, deduplication and attempts. @throws InvalidParameterValue */
export function checkId(id: string, parameter: string): void {
  if (id.length <= LONGEST_ID && ID.test(id)) return
  const reason = `${parameter} can only include alphanumeric and punctuation characters. 1 to ${LONGEST_ID} in length.`
  throw InvalidParameterValue.of(id.slice(0, 200), parameter, reason)
}

/** A standard queue is given what FIFO queues have, or the other way round. */
export const notOfThisType = (value: string | number, parameter: string): InvalidParameterValue =>
  InvalidParameterValue.of(value, parameter, 'The request include parameter that is not valid for this queue type')
