import { z } from 'zod'
import { accepted, type Operation, operation, shape } from '../../../gateway/api.ts'
import { requirePassRole } from '../../../identity/pass-role.ts'
import type { StoredTarget } from '../stored.ts'
import { checkTarget, withTargets } from '../targets.ts'
import { anyArn, busNameOrArn, busOf, type Context, onRule, pageOf, pageSize, pageToken, ruleName } from './shapes.ts'

const targetId = z
  .string()
  .max(64)
  .regex(/^[.\-_A-Za-z0-9]+$/)

const target = shape({
  Id: targetId,
  Arn: anyArn,
  RoleArn: anyArn.optional(),
  Input: z.string().max(8192).optional(),
  InputPath: z.string().max(256).optional(),
  InputTransformer: shape({
    InputPathsMap: z
      .record(z.string().max(256), z.string().max(256))
      .refine(paths => Object.keys(paths).length <= 100, 'Member must have length less than or equal to 100')
      .optional(),
    InputTemplate: z.string().min(1).max(8192),
  }).optional(),
  SqsParameters: shape({ MessageGroupId: z.string().max(100).optional() }).optional(),
  DeadLetterConfig: shape({ Arn: anyArn.optional() }).optional(),
  RetryPolicy: shape({
    MaximumRetryAttempts: z.int().min(0).max(185).optional(),
    MaximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
  }).optional(),
})

/** What rules send to. */
export function targetOperations(context: Context): readonly Operation[] {
  const { buses } = context
  return [
    operation({
      name: 'PutTargets',
      input: shape({ Rule: ruleName, EventBusName: busNameOrArn, Targets: z.array(target).min(1).max(100) }),
      authorize: ({ Rule, EventBusName, Targets }) => [
        onRule(context, 'PutTargets', EventBusName, Rule, { 'events:TargetArn': Targets.map(({ Arn }) => Arn) }),
        ...Targets.flatMap(({ RoleArn }) =>
          RoleArn === undefined ? [] : [requirePassRole({ arn: RoleArn }, 'events.amazonaws.com')],
        ),
      ],
      run({ Rule, EventBusName, Targets }) {
        const { stored } = buses.rule(busOf(context, EventBusName), Rule)
        const added = Targets.map(storedOf)
        for (const each of added) checkTarget(each)
        buses.putRule({ ...stored, targets: [...withTargets(stored.targets, added)] })
        return { FailedEntryCount: 0, FailedEntries: [] }
      },
    }),
    operation({
      name: 'RemoveTargets',
      input: shape({
        Rule: ruleName,
        EventBusName: busNameOrArn,
        Ids: z.array(targetId).min(1).max(100),
        Force: accepted(z.boolean().optional(), 'no service of AWS manages a rule here'),
      }),
      authorize: ({ Rule, EventBusName }) => onRule(context, 'RemoveTargets', EventBusName, Rule),
      run({ Rule, EventBusName, Ids }) {
        const { stored } = buses.rule(busOf(context, EventBusName), Rule)
        const present = new Set(stored.targets.map(({ id }) => id))
        buses.putRule({ ...stored, targets: stored.targets.filter(({ id }) => !Ids.includes(id)) })
        const failed = Ids.filter(id => !present.has(id)).map(TargetId => ({
          TargetId,
          ErrorCode: 'ResourceNotFoundException',
          ErrorMessage: `Rule ${Rule} has no target ${TargetId}.`,
        }))
        return { FailedEntryCount: failed.length, FailedEntries: failed }
      },
    }),
    operation({
      name: 'ListTargetsByRule',
      input: shape({ Rule: ruleName, EventBusName: busNameOrArn, NextToken: pageToken, Limit: pageSize }),
      authorize: ({ Rule, EventBusName }) => onRule(context, 'ListTargetsByRule', EventBusName, Rule),
      run({ Rule, EventBusName, ...paging }) {
        const { stored } = buses.rule(busOf(context, EventBusName), Rule)
        const targets = [...stored.targets].sort((a, b) => (a.id < b.id ? -1 : 1))
        const page = pageOf(targets, ({ id }) => id, paging)
        return { Targets: page.items.map(describe), NextToken: page.next }
      },
    }),
    operation({
      name: 'ListRuleNamesByTarget',
      input: shape({ TargetArn: anyArn, EventBusName: busNameOrArn, NextToken: pageToken, Limit: pageSize }),
      authorize: () => ({ action: 'events:ListRuleNamesByTarget', resource: '*' }),
      run({ TargetArn, EventBusName, ...paging }) {
        const { name } = buses.get(busOf(context, EventBusName))
        const rules = buses.rulesOf(name).filter(({ targets }) => targets.some(({ arn }) => arn === TargetArn))
        const page = pageOf(rules, rule => rule.name, paging)
        return { RuleNames: page.items.map(rule => rule.name), NextToken: page.next }
      },
    }),
  ]
}

function storedOf(given: z.output<typeof target>): StoredTarget {
  const { Id, Arn, RoleArn, Input, InputPath, InputTransformer, SqsParameters, DeadLetterConfig, RetryPolicy } = given
  return {
    id: Id,
    arn: Arn,
    ...(RoleArn === undefined ? {} : { roleArn: RoleArn }),
    ...(Input === undefined ? {} : { input: Input }),
    ...(InputPath === undefined ? {} : { inputPath: InputPath }),
    ...(InputTransformer && {
      transformer: { paths: InputTransformer.InputPathsMap ?? {}, template: InputTransformer.InputTemplate },
    }),
    ...(SqsParameters?.MessageGroupId === undefined ? {} : { messageGroupId: SqsParameters.MessageGroupId }),
    ...(DeadLetterConfig?.Arn === undefined ? {} : { deadLetterArn: DeadLetterConfig.Arn }),
    ...(RetryPolicy?.MaximumRetryAttempts === undefined ? {} : { retryAttempts: RetryPolicy.MaximumRetryAttempts }),
    ...(RetryPolicy?.MaximumEventAgeInSeconds === undefined
      ? {}
      : { retryAgeSeconds: RetryPolicy.MaximumEventAgeInSeconds }),
  }
}

const describe = (stored: StoredTarget) => ({
  Id: stored.id,
  Arn: stored.arn,
  RoleArn: stored.roleArn,
  Input: stored.input,
  InputPath: stored.inputPath,
  InputTransformer: stored.transformer && {
    InputPathsMap: stored.transformer.paths,
    InputTemplate: stored.transformer.template,
  },
  SqsParameters: stored.messageGroupId === undefined ? undefined : { MessageGroupId: stored.messageGroupId },
  DeadLetterConfig: stored.deadLetterArn === undefined ? undefined : { Arn: stored.deadLetterArn },
  RetryPolicy:
    stored.retryAttempts === undefined && stored.retryAgeSeconds === undefined
      ? undefined
      : { MaximumRetryAttempts: stored.retryAttempts, MaximumEventAgeInSeconds: stored.retryAgeSeconds },
})
