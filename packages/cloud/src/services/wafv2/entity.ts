import { z } from 'zod'
import { action, customBodies, loggingConfiguration, rules, scope, visibility } from './shapes.ts'

const common = {
  Name: z.string(),
  Id: z.string(),
  ARN: z.string(),
  Scope: scope,
  Description: z.string(),
  LockToken: z.string(),
  tags: z.record(z.string(), z.string()),
  /** The resource of the template that it is. */
  node: z.string().optional(),
}

const deciding = { Rules: rules, VisibilityConfig: visibility, CustomResponseBodies: customBodies }

const webAcl = z.strictObject({ kind: z.literal('webacl'), ...common, DefaultAction: action, ...deciding })
const ruleGroup = z.strictObject({ kind: z.literal('rulegroup'), ...common, Capacity: z.number(), ...deciding })
const ipSet = z.strictObject({
  kind: z.literal('ipset'),
  ...common,
  IPAddressVersion: z.enum(['IPV4', 'IPV6']),
  Addresses: z.array(z.string()),
})
const patternSet = z.strictObject({
  kind: z.literal('regexpatternset'),
  ...common,
  RegularExpressionList: z.array(z.strictObject({ RegexString: z.string() })),
})

const entity = z.discriminatedUnion('kind', [webAcl, ruleGroup, ipSet, patternSet])

/** Something that AWS WAF keeps, in AWS's words. */
export type Entity = Readonly<z.infer<typeof entity>>
export type EntityKind = Entity['kind']
export type EntityOf<K extends EntityKind> = Extract<Entity, { readonly kind: K }>
export type StoredWebAcl = EntityOf<'webacl'>

/** Everything that is kept. */
export const storedState = z.strictObject({
  entities: z.array(entity),
  /** ARN of a resource → ARN of its web ACL. */
  associations: z.record(z.string(), z.string()),
  logging: z.array(loggingConfiguration),
})

export type StoredState = Readonly<z.infer<typeof storedState>>
