import { z } from 'zod'
import { type Operation, operation, shape, wireInteger, wireList } from '../../../gateway/api.ts'
import { OperationNotPermitted, PriorityInUse, TooMany, ValidationError } from '../errors.ts'
import { MAX_PRIORITY, MAX_RULES } from '../limits.ts'
import { type NamedListener, type NamedRule, orderOf, ruleArn } from '../state.ts'
import { ACTIONS, CONDITIONS, describeAction, describeCondition, readAction, readConditions } from './actions.ts'
import { checkAssociation } from './association.ts'
import { changing, listenerOf, looking, type OperationContext, PAGING, pageOf, ruleOf } from './context.ts'

/** Operations on the rules of listeners. */
export const ruleOperations = (context: OperationContext): readonly Operation[] => [
  operation({
    name: 'DescribeRules',
    input: shape({ ListenerArn: z.string().optional(), RuleArns: wireList(z.string()).optional(), ...PAGING }),
    authorize: looking('DescribeRules'),
    run({ ListenerArn, RuleArns, ...paging }) {
      const rules = RuleArns?.length
        ? RuleArns.map(arn => ruleOf(context, arn).rule)
        : listenerOf(context, ListenerArn ?? '').rules
      const { page, NextMarker } = pageOf(rules, paging)
      return { Rules: page.map(rule => describeRule(context, rule)), NextMarker }
    },
  }),
  operation({
    name: 'CreateRule',
    input: shape({
      ListenerArn: z.string(),
      Priority: wireInteger(),
      Conditions: CONDITIONS,
      Actions: ACTIONS,
    }),
    authorize: ({ ListenerArn }) => changing('CreateRule', ListenerArn),
    run({ ListenerArn, Priority, Conditions, Actions }) {
      const listener = listenerOf(context, ListenerArn)
      checkPriority(listener, Priority)
      if (listener.rules.length > MAX_RULES) throw new TooMany('Rules', 'The maximum number of rules has been reached')
      const conditions = readConditions(Conditions)
      if (conditions.length === 0) throw new ValidationError('A rule must have at least one condition')
      const action = readAction(context, Actions)
      checkAssociation(context, listener, action)
      const arn = ruleArn(listener, `${Priority} ${context.world.random.uuid()}`)
      const rule: NamedRule = { arn, priority: Priority, conditions, action }
      setRules(context, listener, [...listener.rules, rule])
      return { Rules: [describeRule(context, rule)] }
    },
  }),
  operation({
    name: 'ModifyRule',
    input: shape({ RuleArn: z.string(), Conditions: CONDITIONS.optional(), Actions: ACTIONS.optional() }),
    authorize: ({ RuleArn }) => changing('ModifyRule', RuleArn),
    run({ RuleArn, Conditions, Actions }) {
      const { listener, rule } = ruleOf(context, RuleArn)
      if (rule.priority === 'default' && Conditions?.length) {
        throw new OperationNotPermitted(`Default rule '${RuleArn}' cannot have conditions`)
      }
      const action = Actions?.length ? readAction(context, Actions) : rule.action
      checkAssociation(context, listener, action)
      const conditions = Conditions?.length ? readConditions(Conditions) : rule.conditions
      const changed = { ...rule, conditions, action }
      setRules(
        context,
        listener,
        listener.rules.map(each => (each === rule ? changed : each)),
      )
      return { Rules: [describeRule(context, changed)] }
    },
  }),
  operation({
    name: 'DeleteRule',
    input: shape({ RuleArn: z.string() }),
    authorize: ({ RuleArn }) => changing('DeleteRule', RuleArn),
    run({ RuleArn }) {
      const { listener, rule } = ruleOf(context, RuleArn)
      if (rule.priority === 'default') throw new OperationNotPermitted(`Default rule '${RuleArn}' cannot be deleted`)
      setRules(
        context,
        listener,
        listener.rules.filter(each => each !== rule),
      )
      return {}
    },
  }),
  operation({
    name: 'SetRulePriorities',
    input: shape({ RulePriorities: wireList(shape({ RuleArn: z.string(), Priority: wireInteger() })) }),
    authorize: ({ RulePriorities }) => RulePriorities.map(({ RuleArn }) => changing('SetRulePriorities', RuleArn)),
    run({ RulePriorities }) {
      const wanted = new Map(RulePriorities.map(({ RuleArn, Priority }) => [RuleArn, Priority]))
      const listeners = new Set(RulePriorities.map(({ RuleArn }) => ruleOf(context, RuleArn).listener))
      const planned = [...listeners].map(listener => ({ listener, rules: reordered(listener, wanted) }))
      for (const { listener, rules } of planned) setRules(context, listener, rules)
      return { Rules: RulePriorities.map(({ RuleArn }) => describeRule(context, ruleOf(context, RuleArn).rule)) }
    },
  }),
]

// All at once: two rules may change places.
function reordered(listener: NamedListener, wanted: ReadonlyMap<string, number>): readonly NamedRule[] {
  const rules = listener.rules.map(rule => {
    const priority = wanted.get(rule.arn)
    if (priority === undefined) return rule
    if (rule.priority === 'default') throw new OperationNotPermitted('The priority of a default rule cannot be changed')
    checkRange(priority)
    return { ...rule, priority }
  })
  const seen = new Set<number>()
  for (const { priority } of rules) {
    if (priority === 'default') continue
    if (seen.has(priority)) throw new PriorityInUse(priority)
    seen.add(priority)
  }
  return rules
}

function checkPriority(listener: NamedListener, priority: number): void {
  checkRange(priority)
  if (listener.rules.some(rule => rule.priority === priority)) throw new PriorityInUse(priority)
}

function checkRange(priority: number): void {
  if (priority >= 1 && priority <= MAX_PRIORITY) return
  throw new ValidationError(`Priority '${priority}' must be between 1 and ${MAX_PRIORITY}`)
}

const setRules = ({ state }: OperationContext, listener: NamedListener, rules: readonly NamedRule[]) =>
  state.changeListener(listener.id, { rules: [...rules].sort((a, b) => orderOf(a) - orderOf(b)) })

const describeRule = (context: OperationContext, rule: NamedRule) => ({
  RuleArn: rule.arn,
  Priority: String(rule.priority),
  Conditions: rule.conditions.map(describeCondition),
  Actions: [describeAction(context, rule.action)],
  IsDefault: rule.priority === 'default',
})
