import { z } from 'zod'
import { type HttpBinding, type Operation, shape, wireInteger } from '../../../gateway/api.ts'
import { RestAnswer } from '../../../gateway/rest-answer.ts'
import type { Access } from '../../../identity/authorizer.ts'
import { InvalidParameterValueException } from '../errors.ts'
import type { Functions } from '../functions.ts'
import { LARGEST_PAGE } from '../limits.ts'
import { type FunctionName, readName } from '../names.ts'
import { namedPolicy } from '../port.ts'

export const functionName = z.string().min(1).max(170)
export const qualifier = z
  .string()
  .min(1)
  .max(128)
  .regex(/^(\$LATEST|[a-zA-Z0-9-_]+)$/)
  .optional()
export const aliasName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^(?!^[0-9]+$)[a-zA-Z0-9-_]+$/)
export const versionNumber = z.string().regex(/^(\$LATEST|\d+)$/)
export const description = z.string().max(256).optional()
export const textMap = z.record(z.string(), z.string())
export const pageMembers = {
  Marker: z.string().optional(),
  MaxItems: wireInteger().pipe(z.int().min(1).max(10_000)).optional(),
}
export const functionOnly = shape({ FunctionName: functionName, Qualifier: qualifier })

/** What a caller needs for an action on a function; one that doesn't exist has an ARN all the same. */
export function on(functions: Functions, action: string, text: string, qualified?: string): Access {
  const name = readName(text, qualified)
  return {
    action: `lambda:${action}`,
    resource: functions.arnOf(name),
    resourcePolicy: namedPolicy(functions, name),
  }
}

/** Of a function as a whole. */
export function plainName(text: string): FunctionName {
  const { name, qualifier: behind } = readName(text)
  if (behind === undefined || behind === '$LATEST') return { name }
  throw new InvalidParameterValueException(`This operation is not for a version or alias: ${text}`)
}

/** A page of a list, and the marker of the next one. */
export function pageOf<Item>(items: readonly Item[], marker: string | undefined, most = LARGEST_PAGE) {
  const from = marker === undefined ? 0 : readMarker(marker)
  const to = from + Math.min(most, LARGEST_PAGE)
  return { items: items.slice(from, to), next: to < items.length ? writeMarker(to) : undefined }
}

const writeMarker = (at: number): string => Buffer.from(`from ${at}`).toString('base64url')

function readMarker(text: string): number {
  const [, at] = /^from (\d+)$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  if (at === undefined) throw new InvalidParameterValueException('Invalid Marker')
  return Number(at)
}

/** The operation with its binding. */
export const bound = <O extends Operation>(operation: O, http: HttpBinding) => ({ ...operation, http })

/** An operation whose success has another status than 200, and nothing to say. */
export const empty = <O extends Operation>(operation: O) =>
  bound(operation, { answer: () => new RestAnswer(undefined, {}, 204) })

/** An operation whose success has another status than 200. */
export const answering = <O extends Operation>(status: number, operation: O) =>
  bound(operation, { answer: output => new RestAnswer(output, {}, status) })
