import { SQSClient } from '@aws-sdk/client-sqs'
import { tracedAws } from '@terrace/service'
import { TIMEOUTS, type Timeouts } from './timeouts.ts'

// Region, credentials and endpoints come from where the SDK looks for them: the environment, then the instance's role.

/** Short calls to SQS. */
export const queueClient = (timeouts: Timeouts = TIMEOUTS): SQSClient =>
  tracedAws(new SQSClient({ maxAttempts: 2, requestHandler: timeouts }))

/** Calls to SQS that wait for messages, 20 s at most. */
export const longPollingClient = (timeouts: Timeouts = { ...TIMEOUTS, requestTimeout: 30_000 }): SQSClient =>
  new SQSClient({ maxAttempts: 2, requestHandler: timeouts })
