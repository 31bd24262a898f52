import { Buffer } from 'node:buffer'
import { z } from 'zod'
import type { Access } from '../../../identity/authorizer.ts'
import { InvalidNextToken, ValidationException } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { DIMENSION, NAMESPACE, type ScalingState } from '../state.ts'

/** What names a target in every operation. */
export const naming = {
  ServiceNamespace: z.literal(NAMESPACE, 'must be ecs: nothing else scales here'),
  ResourceId: z.string().regex(/^service\/[^/]+\/[^/]+$/, 'must be service/<cluster>/<service>'),
  ScalableDimension: z.literal(DIMENSION),
}

/** Permission for what describes: those actions know no resources. */
export const anywhere = (action: string): Access => ({ action: `application-autoscaling:${action}`, resource: '*' })

/** Permission on a target; one that isn't there yet is any. */
export function onTarget({ on, find }: ScalingView, action: string, resourceId: string): Access {
  const { region, account } = on.world.architecture
  return {
    action: `application-autoscaling:${action}`,
    resource: find(resourceId)?.arn ?? `arn:aws:application-autoscaling:${region}:${account}:scalable-target/*`,
    context: {
      'application-autoscaling:service-namespace': NAMESPACE,
      'application-autoscaling:scalable-dimension': DIMENSION,
    },
  }
}

/** What `onTarget` reads of the state. */
interface ScalingView {
  readonly on: ScalingState['on']
  readonly find: (resourceId: string) => { readonly arn: string } | undefined
}

export const viewOf = (state: ScalingState): ScalingView => ({ on: state.on, find: id => state.find(id) })

/** The members of a request for a page. */
export const paging = { NextToken: z.string().optional(), MaxResults: z.int().optional() }

/** One page of a list, and the token of the next one. @throws InvalidNextToken, ValidationException */
export function pageOf<Item>(
  items: readonly Item[],
  page: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined },
): { readonly items: readonly Item[]; readonly NextToken: string | undefined } {
  const size = page.MaxResults ?? LIMITS.page.default
  if (size < 1) throw new ValidationException('MaxResults must be at least 1')
  const from = page.NextToken === undefined ? 0 : positionOf(page.NextToken)
  const to = from + Math.min(size, LIMITS.page.most)
  return { items: items.slice(from, to), NextToken: to < items.length ? tokenOf(to) : undefined }
}

const tokenOf = (position: number): string => Buffer.from(`page:${position}`).toString('base64')

function positionOf(token: string): number {
  const found = /^page:(\d+)$/.exec(Buffer.from(token, 'base64').toString('utf8'))
  if (!found) throw new InvalidNextToken()
  return Number(found[1])
}
