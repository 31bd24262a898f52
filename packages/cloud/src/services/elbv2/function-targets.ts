import { messageOf } from '@terrace/kit'
import type { TargetGroup } from '@terrace/model'
import type { FunctionFailure, FunctionInvocation, FunctionOutcome } from '../../dataplane/messages.ts'
import { AccessDenied, AwsError } from '../../gateway/errors.ts'
import type { Principal } from '../../identity/principal.ts'
import type { World } from '../../world.ts'
import { InvalidTarget } from './errors.ts'
import type { BalancingState } from './state.ts'

/** What the balancer's nodes say in their logs, by the code of Lambda's error. */
const REASONS: Readonly<Record<string, FunctionFailure>> = {
  AccessDenied: 'LambdaAccessDenied',
  AccessDeniedException: 'LambdaAccessDenied',
  RequestTooLargeException: 'LambdaRequestTooLarge',
  ResourceNotFoundException: 'LambdaResourceNotFound',
  TooManyRequestsException: 'LambdaThrottling',
}

/**
 * Invokes the functions of target groups, as the service of load balancers: the policy of the function has to let it, for
 * this target group.
 *
 * @see ELB User Guide for Application Load Balancers, "Use Lambda functions as targets of an Application Load Balancer"
 */
export class FunctionTargets {
  readonly #world: World
  readonly #state: BalancingState
  /** Why the last invocation of a group's function was refused. */
  readonly #refused = new Map<string, FunctionFailure>()

  constructor(world: World, state: BalancingState) {
    this.#world = world
    this.#state = state
  }

  /** Waits for what the function returns; never rejects. */
  async invoke({ targetGroup, function: arn, payload }: FunctionInvocation): Promise<FunctionOutcome> {
    const group = this.#state.targetGroup(targetGroup)
    if (!group) return { kind: 'failed', reason: 'LambdaServiceException' }
    try {
      const functions = await this.#world.ports.need('functions')
      const answer = await functions.invoke({ arn, payload, from: balancersFor(group) })
      this.#refused.delete(targetGroup)
      // Lambda's journal says what has failed.
      return answer.error
        ? { kind: 'failed', reason: 'LambdaUnhandled' }
        : { kind: 'answered', payload: answer.payload }
    } catch (error) {
      const reason = (error instanceof AwsError && REASONS[error.code]) || 'LambdaServiceException'
      this.#tell(group, reason, messageOf(error))
      return { kind: 'failed', reason }
    }
  }

  /** @throws InvalidTarget, AccessDenied when the function isn't there, or the group may not invoke it */
  async check(group: TargetGroup, arn: string): Promise<void> {
    if (arn.split(':')[2] !== 'lambda') throw new InvalidTarget(`'${arn}' must be the ARN of a Lambda function`)
    const functions = await this.#world.ports.need('functions')
    try {
      functions.check({ arn, from: balancersFor(group) })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      if (REASONS[error.code] !== 'LambdaAccessDenied') {
        throw new InvalidTarget(`The following targets are not valid: '${arn}': ${error.message}`)
      }
      throw new AccessDenied(
        `elasticloadbalancing principal does not have permission to invoke ${arn} from target group ${group.arn}`,
      )
    }
  }

  // Said once, and again when the reason is another one: there may be thousands of requests.
  #tell({ id, name }: TargetGroup, reason: FunctionFailure, because: string): void {
    if (this.#refused.get(id) === reason) return
    this.#refused.set(id, reason)
    this.#world.journal.write({
      kind: 'elbv2.functionNotInvoked',
      node: id,
      message: `the function of the target group ${name} could not be invoked (${reason}): ${because}`,
      details: { reason },
    })
  }
}

const balancersFor = ({ arn }: TargetGroup): Principal => ({
  kind: 'service',
  service: 'elasticloadbalancing.amazonaws.com',
  sourceArn: arn,
})
