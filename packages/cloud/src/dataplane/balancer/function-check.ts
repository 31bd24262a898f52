import type { Clock } from '@terrace/kit'
import type { TargetGroup } from '@terrace/model'
import type { InvokeFunction } from '../messages.ts'
import { readFunctionAnswer } from './function-answer.ts'
import { healthCheckEvent } from './function-event.ts'
import type { CheckOutcome } from './health-checker.ts'
import { type CheckResult, matchesCode } from './target-health.ts'

/**
 * One health check of a function: an invocation like any other one.
 * @see ELB User Guide for Application Load Balancers, "Use Lambda functions as targets of an Application Load Balancer",
 *   "Enable health checks"
 */
export async function checkFunction(
  clock: Clock,
  group: TargetGroup,
  arn: string,
  invoke: InvokeFunction,
): Promise<CheckOutcome> {
  const { promise: late, resolve } = Promise.withResolvers<CheckResult>()
  const stopTimeout = clock.after(group.healthCheck.timeout, () =>
    resolve({ passed: false, reason: 'Target.Timeout', description: 'Request timed out' }),
  )
  const result = await Promise.race([attempt(group, arn, invoke), late])
  stopTimeout()
  return { result, sent: 0, received: 0 }
}

async function attempt(group: TargetGroup, arn: string, invoke: InvokeFunction): Promise<CheckResult> {
  const outcome = await invoke({ targetGroup: group.id, function: arn, payload: healthCheckEvent(group) })
  const answer =
    outcome.kind === 'failed' ? outcome.reason : readFunctionAnswer(outcome.payload, group.multiValueHeaders === true)
  if (typeof answer === 'string') {
    return { passed: false, reason: 'Target.FailedHealthChecks', description: 'Health checks failed' }
  }
  if (matchesCode(group.healthCheck.matcher, answer.status)) return { passed: true }
  return {
    passed: false,
    reason: 'Target.ResponseCodeMismatch',
    description: `Health checks failed with these codes: [${answer.status}]`,
  }
}
