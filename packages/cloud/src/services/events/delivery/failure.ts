import { messageOf, TerraceError } from '@terrace/kit'
import { AwsError, CommonError } from '../../../gateway/errors.ts'

/** Why a target didn't take an event. */
export interface Failure {
  /** As AWS says it to a dead-letter queue: `NO_PERMISSIONS`. */
  readonly code: string
  readonly message: string
  /** Whether it may go another time. */
  readonly retriable: boolean
}

/** Errors of ours that say that there is nothing under an ARN. */
const NOTHING_THERE = [
  'DELIVERY_NO_RECEIVER',
  'EVENTS_NO_RECEIVER',
  'LAMBDA_NO_FUNCTION',
  'SNS_NO_TOPIC',
  'SQS_NO_QUEUE',
]

/**
 * What an error means for an event: without permission and without a target it is not tried again.
 * @see Amazon EventBridge User Guide, "Using dead-letter queues to process undelivered events in EventBridge"
 */
export function failureOf(error: unknown): Failure {
  const failed = (code: string, retriable: boolean) => ({ code, message: messageOf(error), retriable })
  if (error instanceof CommonError && error.failure === 'accessDenied') return failed('NO_PERMISSIONS', false)
  if (error instanceof AwsError) {
    if (/AccessDenied|AuthorizationError|NotAuthorized/.test(error.code)) return failed('NO_PERMISSIONS', false)
    if (/NotFound|NonExistent|DoesNotExist|NoSuch/.test(error.code)) return failed('NO_RESOURCE', false)
    if (/Throttl|TooManyRequests|LimitExceeded/.test(error.code)) return failed('THROTTLING', true)
    return error.status >= 500 ? failed('ERROR_FROM_TARGET', true) : failed('INVALID_PARAMETER', false)
  }
  if (!(error instanceof TerraceError)) return failed('INTERNAL_ERROR', true)
  return NOTHING_THERE.includes(error.code) ? failed('NO_RESOURCE', false) : failed('ERROR_FROM_TARGET', false)
}

/** The event never becomes the JSON that the target was to get. */
export const invalidInput = (error: unknown): Failure => ({
  code: 'INVALID_JSON',
  message: messageOf(error),
  retriable: false,
})

/** The role of a target doesn't trust EventBridge, or isn't there. */
export const cantAssume = (roleArn: string): Failure => ({
  code: 'FAILED_TO_ASSUME_ROLE',
  message: `the role ${roleArn} is not in the template, or does not trust events.amazonaws.com`,
  retriable: false,
})

/** It has been through this rule before. */
export const LOOP: Failure = {
  code: 'LOOP',
  message: 'the event has been sent by this rule before, and would go round for ever',
  retriable: false,
}
