import { messageOf } from '@terrace/kit'
import type { World } from '../../../world.ts'
import type { BusEvent } from '../event.ts'
import type { Rule, Target } from '../rule.ts'
import type { Failure } from './failure.ts'
import { queuesFor } from './receivers.ts'
import { serviceOn } from './sender.ts'

/** An event that a target will not get any more. */
export interface Undelivered {
  readonly event: BusEvent
  readonly rule: Rule
  readonly target: Target
  readonly failure: Failure
  /** Tries after the first one. */
  readonly retries: number
  /** What has come to its end first; absent when it was not to be tried again. */
  readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds'
}

/**
 * Puts the event on the dead-letter queue of its target, as far as the policy of that queue lets it.
 *
 * @returns why it isn't there; nothing when it is
 * @see Amazon EventBridge User Guide, "Using dead-letter queues to process undelivered events in EventBridge"
 */
export async function toDeadLetterQueue(
  world: World,
  arn: string,
  { event, rule, target, failure, retries, exhausted }: Undelivered,
): Promise<string | undefined> {
  const text = (value: string) => ({ dataType: 'String', text: value })
  const attributes = {
    RULE_ARN: text(rule.arn),
    TARGET_ARN: text(target.arn),
    ERROR_CODE: text(failure.code),
    ERROR_MESSAGE: text(failure.message),
    ...(exhausted && {
      EXHAUSTED_RETRY_CONDITION: text(exhausted),
      RETRY_ATTEMPTS: text(String(retries)),
    }),
  }
  try {
    const queues = await queuesFor(world, arn)
    queues.send(arn, { body: event.text, attributes }, serviceOn(rule.arn))
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}
