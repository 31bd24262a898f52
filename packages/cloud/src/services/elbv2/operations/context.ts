import type { LoadBalancer, TargetGroup } from '@terrace/model'
import { z } from 'zod'
import { wireInteger } from '../../../gateway/api.ts'
import type { Access } from '../../../identity/authorizer.ts'
import type { Network } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import { NotFound, ValidationError } from '../errors.ts'
import type { FunctionTargets } from '../function-targets.ts'
import { MAX_PAGE } from '../limits.ts'
import type { BalancerNodes } from '../nodes.ts'
import type { TargetRegistry } from '../registry.ts'
import type { BalancingState, NamedListener, NamedRule } from '../state.ts'

/** What the operations look at and change. */
export interface OperationContext {
  readonly state: BalancingState
  readonly registry: TargetRegistry
  readonly functions: FunctionTargets
  readonly nodes: BalancerNodes
  readonly network: Network
  readonly world: World
  /** When everything of the template was made. */
  readonly startedAt: number
}

/** Permission for a call that looks at things: these know no resource. */
export const looking = (action: string) => (): Access => ({
  action: `elasticloadbalancing:${action}`,
  resource: '*',
})

/** Permission for a call that changes one thing. */
export const changing = (action: string, resource: string): Access => ({
  action: `elasticloadbalancing:${action}`,
  resource,
})

/** @throws NotFound */
export function loadBalancerOf({ state }: OperationContext, arn: string): LoadBalancer {
  const found = state.loadBalancers.find(each => each.arn === arn)
  if (found) return found
  throw new NotFound('LoadBalancerNotFound', `Load balancer '${arn}' not found`)
}

/** @throws NotFound */
export function listenerOf({ state }: OperationContext, arn: string): NamedListener {
  const found = state.listeners.find(each => each.arn === arn)
  if (found) return found
  throw new NotFound('ListenerNotFound', 'One or more listeners not found')
}

/** @throws NotFound */
export function ruleOf({ state }: OperationContext, arn: string): { listener: NamedListener; rule: NamedRule } {
  for (const listener of state.listeners) {
    const rule = listener.rules.find(each => each.arn === arn)
    if (rule) return { listener, rule }
  }
  throw new NotFound('RuleNotFound', 'One or more rules not found')
}

/** @throws NotFound */
export function targetGroupOf({ state }: OperationContext, arn: string): TargetGroup {
  const found = state.targetGroups.find(each => each.arn === arn)
  if (found) return found
  throw new NotFound('TargetGroupNotFound', 'One or more target groups not found')
}

/** Members of calls that answer in pages. */
export const PAGING = { Marker: z.string().optional(), PageSize: wireInteger().optional() }

/** One page of a list, and the marker of the next one. @throws ValidationError */
export function pageOf<T>(
  items: readonly T[],
  { Marker, PageSize = MAX_PAGE }: { Marker?: string | undefined; PageSize?: number | undefined },
): { readonly page: readonly T[]; readonly NextMarker: string | undefined } {
  if (PageSize < 1 || PageSize > MAX_PAGE) {
    throw new ValidationError(`PageSize '${PageSize}' must be between 1 and ${MAX_PAGE}`)
  }
  const from = Marker === undefined ? 0 : Number(Marker)
  if (!Number.isSafeInteger(from) || from < 0) throw new ValidationError(`Invalid marker '${Marker}'`)
  const to = from + PageSize
  return { page: items.slice(from, to), NextMarker: to < items.length ? String(to) : undefined }
}
