import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { tracedAws } from '@terrace/service/plain'

/**
 * How long AWS may take to answer, milliseconds; all tries together take less than a balancer waits (60 s). By
 * itself the SDK only warns of `requestTimeout` and waits on.
 */
export const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true }

/** Region, credentials and endpoint come from where the SDK looks for them: the environment, then the task's role. */
export const tableClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(tracedAws(new DynamoDBClient({ maxAttempts: 4, requestHandler: TIMEOUTS })))
