import type { FirewallScope } from '@terrace/model'
import type { Access } from '../../../identity/authorizer.ts'
import type { World } from '../../../world.ts'
import type { Entity } from '../entity.ts'
import { WAFInvalidParameterException } from '../errors.ts'
import { LARGEST_PAGE } from '../limits.ts'
import type { Firewalls } from '../state.ts'
import type { Traffic } from '../traffic.ts'

/** What operations work on. */
export interface Context {
  readonly world: World
  readonly firewalls: Firewalls
  readonly traffic: Traffic
}

/** The permission for something that is done to one. */
export const on = (action: string, resource: string): Access => ({ action: `wafv2:${action}`, resource })

/** How lists name one. */
export const summaryOf = ({ Name, Id, Description, LockToken, ARN }: Entity) => ({
  Name,
  Id,
  Description,
  LockToken,
  ARN,
})

/** Part of a list by its names, and the marker that asks for the rest. */
export function pageOf<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  { Limit = LARGEST_PAGE, NextMarker }: { Limit?: number | undefined; NextMarker?: string | undefined },
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const rest = NextMarker === undefined ? items : items.filter(item => nameOf(item) > NextMarker)
  const page = rest.slice(0, Limit)
  const last = page.at(-1)
  return { items: page, next: last !== undefined && rest.length > Limit ? nameOf(last) : undefined }
}

/** What is for CloudFront is in us-east-1. @throws WAFInvalidParameterException */
export function checkScope({ world }: Context, scope: FirewallScope): void {
  if (scope === 'CLOUDFRONT' && world.architecture.region !== 'us-east-1') {
    throw new WAFInvalidParameterException('SCOPE_VALUE', scope, 'The scope is not valid in this region.')
  }
}
