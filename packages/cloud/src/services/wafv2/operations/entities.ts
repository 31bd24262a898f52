import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import type { Entity, EntityKind } from '../entity.ts'
import {
  customBodies,
  defaultAction,
  description,
  entityId,
  entityName,
  lockToken,
  paging,
  rules,
  scope,
  tagList,
  visibility,
} from '../shapes.ts'
import { type Context, checkScope, on, pageOf, summaryOf } from './context.ts'

/** How the four kinds differ. */
interface Kind<Members extends z.ZodRawShape> {
  readonly kind: EntityKind
  /** In the names of its operations: `WebACL`. */
  readonly word: string
  /** In the name of the list: `WebACLs`. */
  readonly many: string
  readonly members: Members
  /** Members of the call that makes it alone. */
  readonly fixed?: z.ZodRawShape
  readonly make: (common: Common, input: Readonly<Record<string, unknown>>) => unknown
  readonly describe: (context: Context, entity: Entity) => object
}

type Common = Pick<Entity, 'Name' | 'Id' | 'ARN' | 'Scope' | 'Description' | 'LockToken' | 'tags' | 'node'>

const deciding = {
  Rules: rules.optional(),
  VisibilityConfig: visibility,
  CustomResponseBodies: customBodies.optional(),
}

const identity = { Name: entityName, Scope: scope, Id: entityId }

/** Make, read, change, delete and list what AWS WAF keeps. */
export const entityOperations = (context: Context): readonly Operation[] => [
  ...operationsOf(context, {
    kind: 'webacl',
    word: 'WebACL',
    many: 'WebACLs',
    members: { DefaultAction: defaultAction, ...deciding },
    make: (common, { DefaultAction, Rules = [], VisibilityConfig, CustomResponseBodies = {} }) => ({
      kind: 'webacl',
      ...common,
      DefaultAction,
      Rules,
      VisibilityConfig,
      CustomResponseBodies,
    }),
    describe({ firewalls, world }, entity) {
      if (entity.kind !== 'webacl') return {}
      const { DefaultAction, Rules, VisibilityConfig, CustomResponseBodies } = entity
      return {
        DefaultAction,
        Rules,
        VisibilityConfig,
        ...(Object.keys(CustomResponseBodies).length > 0 ? { CustomResponseBodies } : {}),
        Capacity: firewalls.capacityOf(Rules),
        ManagedByFirewallManager: false,
        LabelNamespace: `awswaf:${world.architecture.account}:webacl:${entity.Name}:`,
      }
    },
  }),
  ...operationsOf(context, {
    kind: 'rulegroup',
    word: 'RuleGroup',
    many: 'RuleGroups',
    members: deciding,
    fixed: { Capacity: z.int().min(1) },
    make: (common, { Capacity, Rules = [], VisibilityConfig, CustomResponseBodies = {} }) => ({
      kind: 'rulegroup',
      ...common,
      Capacity,
      Rules,
      VisibilityConfig,
      CustomResponseBodies,
    }),
    describe({ world }, entity) {
      if (entity.kind !== 'rulegroup') return {}
      const { Capacity, Rules, VisibilityConfig, CustomResponseBodies } = entity
      const LabelNamespace = `awswaf:${world.architecture.account}:rulegroup:${entity.Name}:`
      return {
        Capacity,
        Rules,
        VisibilityConfig,
        ...(Object.keys(CustomResponseBodies).length > 0 ? { CustomResponseBodies } : {}),
        LabelNamespace,
      }
    },
  }),
  ...operationsOf(context, {
    kind: 'ipset',
    word: 'IPSet',
    many: 'IPSets',
    members: { Addresses: z.array(z.string().min(1).max(50)).max(10_000) },
    fixed: { IPAddressVersion: z.enum(['IPV4', 'IPV6']) },
    make: (common, { IPAddressVersion, Addresses }) => ({ kind: 'ipset', ...common, IPAddressVersion, Addresses }),
    describe: (_, entity) =>
      entity.kind === 'ipset' ? { IPAddressVersion: entity.IPAddressVersion, Addresses: entity.Addresses } : {},
  }),
  ...operationsOf(context, {
    kind: 'regexpatternset',
    word: 'RegexPatternSet',
    many: 'RegexPatternSets',
    members: { RegularExpressionList: z.array(shape({ RegexString: z.string().min(1).max(512) })).max(10) },
    make: (common, { RegularExpressionList }) => ({ kind: 'regexpatternset', ...common, RegularExpressionList }),
    describe: (_, entity) =>
      entity.kind === 'regexpatternset' ? { RegularExpressionList: entity.RegularExpressionList } : {},
  }),
]

function operationsOf<Members extends z.ZodRawShape>(
  context: Context,
  { kind, word, many, members, fixed = {}, make, describe }: Kind<Members>,
): readonly Operation[] {
  const { firewalls, world } = context
  const made = (common: Common, input: Readonly<Record<string, unknown>>): Entity => make(common, input) as Entity
  const isOf = z.looseObject({ ...identity })
  const find = (input: unknown) => {
    const { Name, Scope, Id } = isOf.parse(input)
    return firewalls.get(kind, Scope, Name, Id)
  }
  const arnOf = (input: unknown) => {
    const { Name, Scope, Id } = isOf.parse(input)
    return firewalls.arnOf(kind, Scope, Name, Id)
  }
  return [
    operation({
      name: `Create${word}`,
      input: shape({
        Name: entityName,
        Scope: scope,
        Description: description.optional(),
        Tags: tagList.optional(),
        ...members,
        ...fixed,
      }),
      authorize: input =>
        on(`Create${word}`, firewalls.arnOf(kind, newOne.parse(input).Scope, newOne.parse(input).Name, '*')),
      run(input) {
        const { Name, Scope, Description = '', Tags = [] } = newOne.parse(input)
        checkScope(context, Scope)
        const Id = world.random.uuid()
        const entity = made(
          {
            Name,
            Id,
            ARN: firewalls.arnOf(kind, Scope, Name, Id),
            Scope,
            Description,
            LockToken: firewalls.newToken(),
            tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
          },
          input,
        )
        firewalls.create(entity)
        return { Summary: summaryOf(entity) }
      },
    }),
    operation({
      name: `Get${word}`,
      input: shape(identity),
      authorize: input => on(`Get${word}`, arnOf(input)),
      run(input) {
        const entity = find(input)
        const { Name, Id, ARN, Description, LockToken } = entity
        return { [word]: { Name, Id, ARN, Description, ...describe(context, entity) }, LockToken }
      },
    }),
    operation({
      name: `Update${word}`,
      input: shape({ ...identity, Description: description.optional(), LockToken: lockToken, ...members }),
      authorize: input => on(`Update${word}`, arnOf(input)),
      run(input) {
        const before = find(input)
        const { Description = '', LockToken } = changed.parse(input)
        const { Name, Id, ARN, Scope, tags, node } = before
        const common = { Name, Id, ARN, Scope, Description, LockToken, tags, ...(node && { node }) }
        return { NextLockToken: firewalls.update(before, LockToken, made(common, { ...fixedOf(before), ...input })) }
      },
    }),
    operation({
      name: `Delete${word}`,
      input: shape({ ...identity, LockToken: lockToken }),
      authorize: input => on(`Delete${word}`, arnOf(input)),
      run(input) {
        firewalls.delete(find(input), input.LockToken)
        return {}
      },
    }),
    operation({
      name: `List${many}`,
      input: shape({ Scope: scope, ...paging }),
      authorize: () => on(`List${many}`, '*'),
      run({ Scope, ...rest }) {
        checkScope(context, Scope)
        const page = pageOf(firewalls.list(kind, Scope), ({ Name }) => Name, rest)
        return { [many]: page.items.map(summaryOf), NextMarker: page.next }
      },
    }),
  ]
}

const newOne = z.looseObject({
  Name: entityName,
  Scope: scope,
  Description: description.optional(),
  Tags: tagList.optional(),
})
/** What an update can't change. */
const fixedOf = (entity: Entity) => ({
  ...('Capacity' in entity ? { Capacity: entity.Capacity } : {}),
  ...('IPAddressVersion' in entity ? { IPAddressVersion: entity.IPAddressVersion } : {}),
})
const changed = z.looseObject({ Description: description.optional(), LockToken: lockToken })
