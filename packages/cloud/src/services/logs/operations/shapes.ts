import { z } from 'zod'
import { InvalidParameter } from '../errors.ts'
import type { LogsState } from '../state.ts'
import type { Group } from '../store/group.ts'

/** Source of all shapes: CloudWatch Logs API Reference, version 2014-03-28. */
export const groupName = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[.\-_/#A-Za-z0-9]+$/, 'must hold letters, digits and . - _ / #')
export const streamName = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^:*]*$/, 'must not hold : and *')
/** A name, or an ARN. */
export const groupIdentifier = z.string().min(1).max(2048)
export const moment = z.int().min(0)
export const tags = z
  .record(z.string().min(1).max(128), z.string().max(256))
  .refine(given => Object.keys(given).length <= 50, 'at most 50 tags')

/** What finds a group: its name, or its identifier. */
export interface GroupReference {
  readonly logGroupName?: string | undefined
  readonly logGroupIdentifier?: string | undefined
}

/** @throws InvalidParameter unless exactly one of the two is given */
export function nameOf({ logGroupName, logGroupIdentifier }: GroupReference): string {
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    throw new InvalidParameter('Exactly one of logGroupName and logGroupIdentifier is required.')
  }
  return logGroupName ?? nameIn(logGroupIdentifier ?? '')
}

/** The name in a group's ARN, with or without `:*`; a name itself. */
export const nameIn = (identifier: string): string =>
  identifier.startsWith('arn:') ? (identifier.split(':')[6] ?? '') : identifier

/** @throws ResourceNotFound, InvalidParameter */
export const groupOf = (state: LogsState, reference: GroupReference): Group => state.get(nameOf(reference))

/**
 * Permissions as Logs asks for them. Actions on a group have a resource that ends in `:log-stream:` and a stream's name, so
 * that `…:log-group:name:*` covers them and `…:log-group:name` doesn't.
 * @see Service Authorization Reference "Actions, resources, and condition keys for Amazon CloudWatch Logs"
 */
export const permissions = (state: LogsState) => ({
  onGroup: (action: string, name = '') => ({
    action: `logs:${action}`,
    resource: `${state.arnOf(name)}:log-stream:`,
  }),
  onStream: (action: string, name: string, stream: string) => ({
    action: `logs:${action}`,
    resource: `${state.arnOf(name)}:log-stream:${stream}`,
  }),
  onTags: (action: string, arn: string) => ({ action: `logs:${action}`, resource: arn }),
})
