import { messageOf } from '@terrace/kit'
import type { Delivery } from '../../deliveries.ts'
import { AccessDenied } from '../../gateway/errors.ts'
import type { Authorizer } from '../../identity/authorizer.ts'
import type { Principal } from '../../identity/principal.ts'
import type { World } from '../../world.ts'
import type { AsynchronousEvents } from './asynchronous/events.ts'
import type { Functions } from './functions.ts'
import type { Invoker } from './invoker.ts'
import { type FunctionName, readName } from './names.ts'
import { policyOf } from './permissions.ts'
import type { FailureBody } from './runtime/messages.ts'

/** Somebody's event for a function, whose answer is waited for. */
export interface FunctionCall {
  /** Of a function, a version or an alias. */
  readonly arn: string
  /** JSON text. */
  readonly payload: string
  /** Who calls: the policy of the function must let a service, the role of anybody else must allow it. */
  readonly from: Principal
}

/** What a function answered. */
export interface FunctionAnswer {
  /** JSON text. */
  readonly payload: string
  /** The function has failed; the payload is its error. */
  readonly error?: FailureBody
}

/** The port `functions`: for callers that wait for an answer, such as load balancers. */
export interface FunctionsPort {
  /** @throws AccessDenied, TooManyRequestsException, ResourceNotFoundException, RequestTooLargeException */
  invoke(call: FunctionCall): Promise<FunctionAnswer>
  /** Whether a call would be let through. @throws AccessDenied, ResourceNotFoundException */
  check(call: Pick<FunctionCall, 'arn' | 'from'>): void
}

/** What the port and the deliveries are made from. */
export interface PortParts {
  readonly world: World
  readonly functions: Functions
  readonly invoker: Invoker
  readonly events: AsynchronousEvents
  readonly authorizer: Authorizer
}

export const functionsPort = (parts: PortParts): FunctionsPort => ({
  async invoke({ arn, payload, from }) {
    const to = readName(arn)
    requirePermission(parts, to, from)
    const { functions, invoker, world } = parts
    const result = await invoker.invoke(functions.resolve(to), { requestId: world.random.uuid(), payload })
    return { payload: result.payload, ...(result.functionError ? { error: JSON.parse(result.payload) } : {}) }
  },
  check({ arn, from }) {
    const to = readName(arn)
    parts.functions.resolve(to)
    requirePermission(parts, to, from)
  },
})

/**
 * What `world.deliveries` brings: it is taken, and handled when a process is free. The steps of a rotation come one after the
 * other, so that they are waited for.
 *
 * @throws what refuses the delivery, or the error of the rotation's step, for the journal
 */
export const deliverTo =
  (parts: PortParts) =>
  async ({ to: arn, from, body }: Delivery): Promise<void> => {
    const to = readName(arn)
    if (from.kind === 'service' && from.service === 'secretsmanager.amazonaws.com') {
      const { error } = await functionsPort(parts).invoke({ arn, payload: body, from })
      if (error) throw new Error(`${error.errorType}: ${error.errorMessage}`)
      return
    }
    requirePermission(parts, to, from)
    parts.events.accept(to, body, parts.world.random.uuid())
  }

/** What a service is refused, AWS tells nobody: the journal has to say why. */
function requirePermission({ functions, authorizer }: PortParts, to: FunctionName, from: Principal): void {
  const access = {
    action: 'lambda:InvokeFunction',
    resource: functions.arnOf(to),
    resourcePolicy: namedPolicy(functions, to),
  }
  try {
    authorizer.require({ principal: from }, access)
  } catch (error) {
    if (from.kind !== 'service' || !(error instanceof AccessDenied)) throw error
    throw new AccessDenied(
      `the policy of the function ${to.name} does not let ${from.service} invoke it for ${from.sourceArn} (lambda:InvokeFunction): ${messageOf(error)}`,
    )
  }
}

/** The policy of a function, version or alias, under the name that denials have for it. */
export function namedPolicy(functions: Functions, { name, qualifier }: FunctionName) {
  const document = policyOf(functions.find(name), qualifier)
  return document && { name: `the policy of the function ${name}`, document }
}
