import { z } from 'zod'

/** A member that an operation takes, and that changes nothing here. */
export interface AcceptedMember {
  /** As in `containerDefinitions[].user`. */
  readonly path: string
  /** Why that is harmless, as a sentence without its beginning and its end. */
  readonly because: string
}

/**
 * Marks a member as accepted without effect: docs/coverage.md lists it with the reason. It stands outside of everything else,
 * of `optional()` too: what is derived from a schema doesn't carry its mark.
 *
 * @param because  why it makes no difference here: `there are no linked accounts`
 */
export const accepted = <Schema extends z.ZodType>(schema: Schema, because: string): Schema =>
  schema.meta({ [WITHOUT_EFFECT]: because })

const WITHOUT_EFFECT = 'withoutEffect'

/** The members of a shape that are accepted without effect, in the order in which they are written. */
export const acceptedMembers = (schema: z.core.$ZodType): readonly AcceptedMember[] =>
  membersOf(schema).flatMap(({ path, because }) => (because === undefined ? [] : [{ path, because }]))

/** Marks a member of which one value alone is taken: there is nothing for an operation to read. */
export const decided = <Schema extends z.ZodType>(schema: Schema): Schema => schema.meta({ [DECIDED]: true })

const DECIDED = 'decided'

/** A member of a shape, with those inside of it after it. */
export interface ShapeMember {
  /** As in `containerDefinitions[].user`; what is marked ends there. */
  readonly path: string
  /** Why it is accepted without effect; absent when it has one. */
  readonly because?: string
}

/** Every member that a shape hands on, at every depth. Those that take one value alone are left out. */
export function membersOf(schema: z.core.$ZodType, above = ''): readonly ShapeMember[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([name, member]: [string, z.core.$ZodType]) => {
      const path = above === '' ? name : `${above}.${name}`
      const because = z.globalRegistry.get(member)?.[WITHOUT_EFFECT]
      if (typeof because === 'string') return [{ path, because }]
      return isDecided(member) ? [] : [{ path }, ...membersOf(member, path)]
    })
  }
  if (schema instanceof z.ZodArray) return membersOf(schema.element, `${above}[]`)
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return membersOf(schema.unwrap(), above)
  }
  if (schema instanceof z.ZodPipe) {
    const inside = membersOf(schema.in, above)
    // A transformation has read what goes in; nobody sees it afterwards.
    return schema.out instanceof z.ZodTransform ? inside.filter(({ because }) => because !== undefined) : inside
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(option => membersOf(option, above))
  return []
}

function isDecided(schema: z.core.$ZodType): boolean {
  if (z.globalRegistry.get(schema)?.[DECIDED] === true) return true
  if (schema instanceof z.ZodOptional) return isDecided(schema.unwrap())
  if (schema instanceof z.ZodArray) return schema.element instanceof z.ZodNever
  if (schema instanceof z.ZodEnum) return schema.options.length === 1
  return schema instanceof z.ZodLiteral && schema.values.size === 1
}
