import { z } from 'zod'
import { MANAGED_GROUPS } from '../../../dataplane/firewall/managed/groups.ts'
import { type Operation, operation, shape, wireTime } from '../../../gateway/api.ts'
import { NotEmulated } from '../../../gateway/errors.ts'
import { timestamp } from '../../../gateway/time.ts'
import { checkRules } from '../check-rules.ts'
import { WAFInvalidParameterException, WAFNonexistentItemException } from '../errors.ts'
import { LARGEST_PAGE, SAMPLES_KEPT } from '../limits.ts'
import { sampledBy, sampleOf, samplesOf } from '../samples.ts'
import { arn, entityId, entityName, paging, rules, scope } from '../shapes.ts'
import { type Context, checkScope, on, pageOf } from './context.ts'

/** What web ACLs guard, what they did, and what can be known before one is made. */
export const useOperations = (context: Context): readonly Operation[] => [
  ...associationOperations(context),
  ...trafficOperations(context),
  ...managedOperations(context),
  operation({
    name: 'CheckCapacity',
    input: shape({ Scope: scope, Rules: rules }),
    authorize: () => on('CheckCapacity', '*'),
    run({ Scope, Rules }) {
      checkScope(context, Scope)
      // A body that a rule names belongs to the web ACL that it will be in.
      const bodies = Object.fromEntries(
        Rules.flatMap(({ Action }) => Action?.Block?.CustomResponse?.CustomResponseBodyKey ?? []).map(key => [
          key,
          { ContentType: 'TEXT_PLAIN' as const, Content: '' },
        ]),
      )
      checkRules(Rules, context.firewalls.known(Scope, bodies), 'web ACL')
      return { Capacity: context.firewalls.capacityOf(Rules) }
    },
  }),
]

function associationOperations(context: Context): readonly Operation[] {
  const { firewalls, world } = context
  const checkBalancer = (resource: string) => {
    if (resource.split(':')[2] === 'cloudfront') {
      throw new WAFInvalidParameterException('RESOURCE_ARN', resource, 'For a distribution, set its WebACLId.')
    }
    if (!resource.includes(':loadbalancer/app/')) throw new NotEmulated(`a web ACL before ${resource}`)
    const found = world.architecture.nodes.some(node => node.kind === 'loadBalancer' && node.arn === resource)
    if (!found) throw new WAFNonexistentItemException()
  }
  return [
    operation({
      name: 'AssociateWebACL',
      input: shape({ WebACLArn: arn, ResourceArn: arn }),
      authorize: ({ WebACLArn, ResourceArn }) => [
        on('AssociateWebACL', WebACLArn),
        { action: 'elasticloadbalancing:SetWebACL', resource: ResourceArn },
      ],
      run({ WebACLArn, ResourceArn }) {
        checkBalancer(ResourceArn)
        const acl = firewalls.webAcl(WebACLArn)
        if (acl.Scope !== 'REGIONAL') {
          throw new WAFInvalidParameterException('SCOPE_VALUE', acl.Scope, 'A balancer needs a regional web ACL.')
        }
        firewalls.associate(ResourceArn, acl.ARN)
        return {}
      },
    }),
    operation({
      name: 'DisassociateWebACL',
      input: shape({ ResourceArn: arn }),
      authorize: ({ ResourceArn }) => [
        on('DisassociateWebACL', '*'),
        { action: 'elasticloadbalancing:SetWebACL', resource: ResourceArn },
      ],
      run({ ResourceArn }) {
        checkBalancer(ResourceArn)
        firewalls.associate(ResourceArn, undefined)
        return {}
      },
    }),
    operation({
      name: 'GetWebACLForResource',
      input: shape({ ResourceArn: arn }),
      authorize: () => on('GetWebACLForResource', '*'),
      run({ ResourceArn }) {
        checkBalancer(ResourceArn)
        const acl = firewalls.associations[ResourceArn]
        if (acl === undefined) return {}
        const { Name, Id, ARN, Description, DefaultAction, Rules, VisibilityConfig } = firewalls.webAcl(acl)
        const Capacity = firewalls.capacityOf(Rules)
        return { WebACL: { Name, Id, ARN, Description, DefaultAction, Rules, VisibilityConfig, Capacity } }
      },
    }),
    operation({
      name: 'ListResourcesForWebACL',
      input: shape({
        WebACLArn: arn,
        ResourceType: z
          .enum(['APPLICATION_LOAD_BALANCER', 'API_GATEWAY', 'APPSYNC', 'COGNITO_USER_POOL', 'APP_RUNNER_SERVICE'])
          .optional(),
      }),
      authorize: ({ WebACLArn }) => on('ListResourcesForWebACL', WebACLArn),
      run({ WebACLArn, ResourceType = 'APPLICATION_LOAD_BALANCER' }) {
        const { ARN } = firewalls.webAcl(WebACLArn)
        const balancers = firewalls.resourcesOf(ARN).filter(each => each.includes(':loadbalancer/'))
        return { ResourceArns: ResourceType === 'APPLICATION_LOAD_BALANCER' ? balancers : [] }
      },
    }),
  ]
}

function trafficOperations({ firewalls, traffic, world }: Context): readonly Operation[] {
  return [
    operation({
      name: 'GetSampledRequests',
      input: shape({
        WebAclArn: arn,
        RuleMetricName: z.string().min(1).max(255),
        Scope: scope,
        TimeWindow: shape({ StartTime: wireTime(), EndTime: wireTime() }),
        MaxItems: z.int().min(1).max(500),
      }),
      authorize: ({ WebAclArn }) => on('GetSampledRequests', WebAclArn),
      run({ WebAclArn, RuleMetricName, Scope, TimeWindow, MaxItems }) {
        const acl = firewalls.webAcl(WebAclArn)
        if (acl.Scope !== Scope) throw new WAFNonexistentItemException()
        const { EndTime } = TimeWindow
        const earliest = Math.max(TimeWindow.StartTime, world.clock.now() - SAMPLES_KEPT)
        const sampled = sampledBy(acl, RuleMetricName)
        const rule = sampled?.kind === 'rule' ? sampled.rule.Name : 'Default_Action'
        const { size, from } = sampled
          ? traffic.populationOf(acl.ARN, sampled.kind === 'all' ? undefined : rule, earliest, EndTime)
          : { size: 0, from: earliest }
        const records = traffic.samplesOf(acl.ARN, from, EndTime)
        const groupOf = (arnOfGroup: string) => {
          const group = firewalls.find(arnOfGroup)
          return group?.kind === 'rulegroup' ? group : undefined
        }
        const found = sampled ? samplesOf(sampled, records, groupOf) : []
        return {
          SampledRequests: found.slice(-MaxItems).map(sampleOf),
          PopulationSize: size,
          TimeWindow: { StartTime: timestamp(from), EndTime: timestamp(EndTime) },
        }
      },
    }),
    operation({
      name: 'GetRateBasedStatementManagedKeys',
      input: shape({
        Scope: scope,
        WebACLName: entityName,
        WebACLId: entityId,
        RuleName: entityName,
        RuleGroupRuleName: entityName.optional(),
      }),
      authorize: ({ Scope, WebACLName, WebACLId }) =>
        on('GetRateBasedStatementManagedKeys', firewalls.arnOf('webacl', Scope, WebACLName, WebACLId)),
      run({ Scope, WebACLName, WebACLId, RuleName, RuleGroupRuleName }) {
        const acl = firewalls.get('webacl', Scope, WebACLName, WebACLId)
        const rule = acl.Rules.find(({ Name }) => Name === RuleName)
        const group = rule?.Statement.RuleGroupReferenceStatement?.ARN
        if (!rule || (RuleGroupRuleName !== undefined && group === undefined)) throw new WAFNonexistentItemException()
        const key = RuleGroupRuleName === undefined ? RuleName : `${group}/${RuleGroupRuleName}`
        const addresses = traffic.limitedBy(acl.ARN, key)
        const of = (version: 'IPV4' | 'IPV6') => ({
          IPAddressVersion: version,
          Addresses: addresses
            .filter(address => address.includes(':') === (version === 'IPV6'))
            .map(address => `${address}/${version === 'IPV6' ? 128 : 32}`),
        })
        return { ManagedKeysIPV4: of('IPV4'), ManagedKeysIPV6: of('IPV6') }
      },
    }),
  ]
}

function managedOperations(context: Context): readonly Operation[] {
  return [
    operation({
      name: 'ListAvailableManagedRuleGroups',
      input: shape({ Scope: scope, ...paging }),
      authorize: () => on('ListAvailableManagedRuleGroups', '*'),
      run({ Scope, Limit = LARGEST_PAGE, NextMarker }) {
        checkScope(context, Scope)
        const groups = [...MANAGED_GROUPS].sort((a, b) => (a.name < b.name ? -1 : 1))
        const page = pageOf(groups, ({ name }) => name, { Limit, NextMarker })
        const described = page.items.map(({ name, description }) => ({
          VendorName: 'AWS',
          Name: name,
          VersioningSupported: false,
          Description: description,
        }))
        return { ManagedRuleGroups: described, NextMarker: page.next }
      },
    }),
    operation({
      name: 'DescribeManagedRuleGroup',
      input: shape({ VendorName: z.string().min(1).max(128), Name: entityName, Scope: scope }),
      authorize: () => on('DescribeManagedRuleGroup', '*'),
      run({ VendorName, Name, Scope }) {
        checkScope(context, Scope)
        const found = MANAGED_GROUPS.find(({ name }) => VendorName === 'AWS' && name === Name)
        if (!found) throw new WAFNonexistentItemException()
        return {
          Capacity: found.capacity,
          Rules: found.rules.map(rule => ({ Name: rule.Name, Action: rule.Action })),
          LabelNamespace: found.labelNamespace,
          AvailableLabels: found.rules.flatMap(({ RuleLabels = [] }) => RuleLabels),
        }
      },
    }),
  ]
}
