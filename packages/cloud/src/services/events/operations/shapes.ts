import { z } from 'zod'
import { shape } from '../../../gateway/api.ts'
import type { Access } from '../../../identity/authorizer.ts'
import type { ContextValues } from '../../../identity/context.ts'
import { readPolicy } from '../../../identity/read-policy.ts'
import type { World } from '../../../world.ts'
import { ValidationException } from '../errors.ts'
import { LARGEST_PAGE } from '../limits.ts'
import { busName, DEFAULT_BUS, ruleArn } from '../names.ts'
import type { Router } from '../router.ts'
import type { Buses } from '../state.ts'

/** What operations work on. */
export interface Context {
  readonly world: World
  readonly buses: Buses
  readonly router: Router
}

// Patterns and lengths: EventBridge API Reference.
export const busNameOrArn = z
  .string()
  .max(1600)
  .regex(/^(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/.\-_A-Za-z0-9]+$/)
  .optional()
export const newBusName = z
  .string()
  .max(256)
  .regex(/^[/.\-_A-Za-z0-9]+$/)
export const ruleName = z
  .string()
  .max(64)
  .regex(/^[.\-_A-Za-z0-9]+$/)
export const anyArn = z.string().min(1).max(1600)
export const pageSize = z.int().min(1).max(LARGEST_PAGE).optional()
export const pageToken = z.string().min(1).max(2048).optional()
export const tagList = z.array(shape({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))

/** The name of the bus that is meant; the default one when none is given. */
export const busOf = ({ buses }: Context, nameOrArn: string | undefined): string =>
  nameOrArn === undefined ? DEFAULT_BUS : busName(buses.home, nameOrArn)

/** The permission for something that is done to a rule. */
export function onRule(
  context: Context,
  action: string,
  bus: string | undefined,
  rule: string,
  conditions: ContextValues = {},
): Access {
  const found = context.buses.findRule(busOf(context, bus), rule)
  return {
    action: `events:${action}`,
    resource: ruleArn(context.buses.home, busOf(context, bus), rule),
    context: { ...tagKeys(found?.stored.tags ?? {}), ...conditions },
  }
}

/** The permission for something that is done to a bus, whose policy may allow it. */
export function onBus(
  { buses }: Context,
  action: string,
  nameOrArn = DEFAULT_BUS,
  conditions: ContextValues = {},
): Access {
  const bus = buses.find(nameOrArn)
  const document = bus?.policy === undefined ? undefined : readPolicy(bus.policy)
  return {
    action: `events:${action}`,
    resource: buses.arnOf(nameOrArn),
    resourcePolicy: document && { name: `the policy of the event bus ${nameOrArn}`, document },
    context: { ...tagKeys(bus?.tags ?? {}), ...conditions },
  }
}

const tagKeys = (tags: Readonly<Record<string, string>>): ContextValues =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]))

/** The condition keys of tags that come with a request. */
export const requestTags = (tags: z.output<typeof tagList> = []): ContextValues => ({
  'aws:TagKeys': tags.map(({ Key }) => Key),
  ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
})

/**
 * Part of a list, and the token that asks for the rest.
 *
 * @param items  in the order of their names, which are unique
 * @throws ValidationException for a token that no page gave
 */
export function pageOf<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  { Limit = LARGEST_PAGE, NextToken }: { readonly Limit?: number | undefined; readonly NextToken?: string | undefined },
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const after = NextToken === undefined ? '' : readToken(NextToken)
  const rest = items.filter(item => nameOf(item) > after)
  const page = rest.slice(0, Limit)
  const last = page.at(-1)
  return { items: page, next: last !== undefined && rest.length > Limit ? writeToken(nameOf(last)) : undefined }
}

const writeToken = (name: string): string => Buffer.from(`after ${name}`).toString('base64url')

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString()
  if (!text.startsWith('after ')) throw ValidationException.of('NextToken', 'it is not from an earlier answer.')
  return text.slice('after '.length)
}
