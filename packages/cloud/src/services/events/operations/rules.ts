import { z } from 'zod'
import { accepted, type Operation, operation, shape } from '../../../gateway/api.ts'
import { requirePassRole } from '../../../identity/pass-role.ts'
import { ValidationException } from '../errors.ts'
import { LONGEST_PATTERN } from '../limits.ts'
import { DEFAULT_BUS } from '../names.ts'
import type { Rule } from '../rule.ts'
import { toTags } from '../tags.ts'
import {
  anyArn,
  busNameOrArn,
  busOf,
  type Context,
  onRule,
  pageOf,
  pageSize,
  pageToken,
  requestTags,
  ruleName,
  tagList,
} from './shapes.ts'

const named = shape({ Name: ruleName, EventBusName: busNameOrArn })

/** Rules, without their targets. */
export function ruleOperations(context: Context): readonly Operation[] {
  const { buses, world } = context
  const switched = (name: string, enabled: boolean) =>
    operation({
      name,
      input: named,
      authorize: ({ Name, EventBusName }) => onRule(context, name, EventBusName, Name),
      run({ Name, EventBusName }) {
        const { stored } = buses.rule(busOf(context, EventBusName), Name)
        buses.putRule({ ...stored, enabled })
        return {}
      },
    })
  return [
    operation({
      name: 'PutRule',
      input: shape({
        Name: ruleName,
        EventBusName: busNameOrArn,
        EventPattern: z.string().max(LONGEST_PATTERN).optional(),
        ScheduleExpression: z.string().max(256).optional(),
        State: z.enum(['ENABLED', 'DISABLED']).optional(),
        Description: z.string().max(512).optional(),
        RoleArn: anyArn.optional(),
        Tags: tagList.optional(),
      }),
      authorize: ({ Name, EventBusName, RoleArn, Tags }) => [
        onRule(context, 'PutRule', EventBusName, Name, requestTags(Tags)),
        ...(RoleArn === undefined ? [] : [requirePassRole({ arn: RoleArn }, 'events.amazonaws.com')]),
      ],
      run(input) {
        const { Name, EventBusName, EventPattern = '', ScheduleExpression = '', State, Description, RoleArn } = input
        const bus = buses.get(busOf(context, EventBusName)).name
        if (EventPattern === '' && ScheduleExpression === '') {
          throw new ValidationException('Parameter(s) EventPattern or ScheduleExpression must be specified.')
        }
        if (ScheduleExpression !== '' && bus !== DEFAULT_BUS) {
          throw new ValidationException('ScheduleExpression is supported only on the default event bus.')
        }
        const before = buses.findRule(bus, Name)?.stored
        const rule = buses.putRule({
          bus,
          name: Name,
          description: Description ?? '',
          enabled: State !== 'DISABLED',
          ...(EventPattern === '' ? {} : { pattern: EventPattern }),
          ...(ScheduleExpression === '' ? {} : { schedule: ScheduleExpression }),
          ...(RoleArn === undefined ? {} : { roleArn: RoleArn }),
          scheduledFrom: world.clock.now(),
          // Of a rule that is there, tags are changed by TagResource alone.
          tags: before?.tags ?? toTags({}, input.Tags ?? []),
          targets: before?.targets ? [...before.targets] : [],
          ...(before?.node === undefined ? {} : { node: before.node }),
        })
        return { RuleArn: rule.arn }
      },
    }),
    operation({
      name: 'DescribeRule',
      input: named,
      authorize: ({ Name, EventBusName }) => onRule(context, 'DescribeRule', EventBusName, Name),
      run: ({ Name, EventBusName }) => ({
        ...describe(buses.rule(busOf(context, EventBusName), Name)),
        CreatedBy: world.architecture.account,
      }),
    }),
    operation({
      name: 'ListRules',
      input: shape({
        NamePrefix: ruleName.optional(),
        EventBusName: busNameOrArn,
        NextToken: pageToken,
        Limit: pageSize,
      }),
      authorize: () => ({ action: 'events:ListRules', resource: '*' }),
      run({ NamePrefix = '', EventBusName, ...paging }) {
        const { name } = buses.get(busOf(context, EventBusName))
        const rules = buses.rulesOf(name).filter(rule => rule.name.startsWith(NamePrefix))
        const page = pageOf(rules, rule => rule.name, paging)
        return { Rules: page.items.map(describe), NextToken: page.next }
      },
    }),
    switched('EnableRule', true),
    switched('DisableRule', false),
    operation({
      name: 'DeleteRule',
      input: shape({
        Name: ruleName,
        EventBusName: busNameOrArn,
        Force: accepted(z.boolean().optional(), 'no service of AWS manages a rule here'),
      }),
      authorize: ({ Name, EventBusName }) => onRule(context, 'DeleteRule', EventBusName, Name),
      run({ Name, EventBusName }) {
        const { name } = buses.get(busOf(context, EventBusName))
        const rule = buses.findRule(name, Name)
        if (rule && rule.targets.length > 0) {
          throw new ValidationException("Rule can't be deleted since it has targets.")
        }
        if (rule) buses.deleteRule(rule)
        return {}
      },
    }),
  ]
}

const describe = ({ arn, stored }: Rule) => ({
  Name: stored.name,
  Arn: arn,
  EventPattern: stored.pattern,
  ScheduleExpression: stored.schedule,
  State: stored.enabled ? 'ENABLED' : 'DISABLED',
  Description: stored.description === '' ? undefined : stored.description,
  RoleArn: stored.roleArn,
  EventBusName: stored.bus,
})
