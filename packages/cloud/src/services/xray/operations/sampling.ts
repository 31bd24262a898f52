import { z } from 'zod'
import { accepted, decided, type Operation, operation, shape, wireTime } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { MOST_STATISTICS } from '../limits.ts'
import type { RuleDefinition } from '../sampling/rules.ts'
import type { StoredRule } from '../store.ts'
import { anywhere, type XRay } from './context.ts'
import { tagList, writeTags } from './tag-list.ts'
import { noToken } from './traces.ts'

const ruleName = z.string().min(1).max(32)
const ruleArn = z.string().optional()

/** A member that is refused when it is there. */
const boost = decided(z.never().optional())

const members = {
  Priority: z.int().min(1).max(9999),
  FixedRate: z.number().min(0).max(1),
  ReservoirSize: z.int().min(0),
  ServiceName: z.string().max(64),
  ServiceType: z.string().max(64),
  Host: z.string().max(64),
  HTTPMethod: z.string().max(10),
  URLPath: z.string().max(128),
  ResourceARN: z.string().max(500),
}

const attributes = z
  .record(z.string().min(1).max(32), z.string().min(1).max(32))
  .refine(given => Object.keys(given).length <= 5, 'Member must have length less than or equal to 5')
  .optional()

/** Who is sampled, and how much. */
export function samplingOperations(xray: XRay): readonly Operation[] {
  const { rules, targets } = xray
  const record = (rule: StoredRule) => ({
    SamplingRule: {
      RuleName: rule.name,
      RuleARN: rules.arnOf(rule.name),
      ResourceARN: rule.resourceArn,
      Priority: rule.priority,
      FixedRate: rule.fixedRate,
      ReservoirSize: rule.reservoirSize,
      ServiceName: rule.serviceName,
      ServiceType: rule.serviceType,
      Host: rule.host,
      HTTPMethod: rule.httpMethod,
      URLPath: rule.urlPath,
      Version: 1,
      Attributes: rule.attributes,
    },
    CreatedAt: timestamp(rule.created),
    ModifiedAt: timestamp(rule.modified),
  })
  const on = (action: string, name: string | undefined, arn: string | undefined) => ({
    action: `xray:${action}`,
    resource: arn ?? rules.arnOf(name ?? ''),
  })
  return [
    operation({
      name: 'GetSamplingRules',
      route: 'POST /GetSamplingRules',
      input: shape({ NextToken: noToken() }),
      authorize: anywhere('GetSamplingRules'),
      run: () => ({ SamplingRuleRecords: rules.all.map(record) }),
    }),
    operation({
      name: 'CreateSamplingRule',
      route: 'POST /CreateSamplingRule',
      input: shape({
        SamplingRule: shape({
          ...members,
          RuleName: ruleName,
          RuleARN: z.never().optional(),
          Version: z.literal(1),
          Attributes: attributes,
          SamplingRateBoost: boost,
        }),
        Tags: tagList().optional(),
      }),
      authorize: ({ SamplingRule: { RuleName } }) => on('CreateSamplingRule', RuleName, undefined),
      run({ SamplingRule: { RuleName, Attributes = {}, ...rest }, Tags = [] }) {
        const rule = rules.create(RuleName, { ...definitionOf(rest), attributes: Attributes })
        writeTags(xray, rules.arnOf(rule.name), Tags)
        return { SamplingRuleRecord: record(rule) }
      },
    }),
    operation({
      name: 'UpdateSamplingRule',
      route: 'POST /UpdateSamplingRule',
      input: shape({
        SamplingRuleUpdate: shape({
          ...optionalMembers(),
          RuleName: ruleName.optional(),
          RuleARN: ruleArn,
          Attributes: attributes,
          SamplingRateBoost: boost,
        }),
      }),
      authorize: ({ SamplingRuleUpdate: { RuleName, RuleARN } }) => on('UpdateSamplingRule', RuleName, RuleARN),
      run({ SamplingRuleUpdate: { RuleName, RuleARN, Attributes, ...rest } }) {
        const changes = { ...changesOf(rest), ...(Attributes === undefined ? {} : { attributes: Attributes }) }
        return { SamplingRuleRecord: record(rules.update(rules.get(RuleName, RuleARN), changes)) }
      },
    }),
    operation({
      name: 'DeleteSamplingRule',
      route: 'POST /DeleteSamplingRule',
      input: shape({ RuleName: ruleName.optional(), RuleARN: ruleArn }),
      authorize: ({ RuleName, RuleARN }) => on('DeleteSamplingRule', RuleName, RuleARN),
      run({ RuleName, RuleARN }) {
        const rule = rules.get(RuleName, RuleARN)
        rules.delete(rule)
        return { SamplingRuleRecord: record(rule) }
      },
    }),
    operation({
      name: 'GetSamplingTargets',
      route: 'POST /SamplingTargets',
      input: shape({
        SamplingStatisticsDocuments: z
          .array(
            shape({
              RuleName: ruleName,
              ClientID: z.string().regex(/^[0-9a-fA-F]{24}$/),
              Timestamp: accepted(wireTime(), 'a report counts from when it comes'),
              RequestCount: z.int().min(0),
              SampledCount: z.int().min(0),
              BorrowCount: z.int().min(0).optional(),
            }),
          )
          .max(MOST_STATISTICS),
        SamplingBoostStatisticsDocuments: z.array(z.never()).max(0).optional(),
      }),
      authorize: anywhere('GetSamplingTargets'),
      run({ SamplingStatisticsDocuments: documents }) {
        const answers = documents.map(document => ({ document, problem: problemOf(document, xray) }))
        const targetsOf = answers
          .filter(({ problem }) => problem === undefined)
          .flatMap(
            ({ document: { RuleName: rule, ClientID: client, RequestCount, SampledCount, BorrowCount = 0 } }) => {
              const counts = { requests: RequestCount, sampled: SampledCount, borrowed: BorrowCount }
              const target = targets.report({ rule, client, ...counts })
              return target ? [target] : []
            },
          )
        return {
          SamplingTargetDocuments: targetsOf.map(({ rule, fixedRate, quota, until }) => ({
            RuleName: rule,
            FixedRate: fixedRate,
            ReservoirQuota: quota,
            ReservoirQuotaTTL: timestamp(until),
            Interval: targets.interval,
          })),
          LastRuleModification: timestamp(rules.lastModified),
          UnprocessedStatistics: answers.flatMap(({ document: { RuleName }, problem }) =>
            problem === undefined ? [] : [{ RuleName, ErrorCode: problem.code, Message: problem.message }],
          ),
        }
      },
    }),
    operation({
      name: 'GetSamplingStatisticSummaries',
      route: 'POST /SamplingStatisticSummaries',
      input: shape({ NextToken: noToken() }),
      authorize: anywhere('GetSamplingStatisticSummaries'),
      run: () => ({
        SamplingStatisticSummaries: targets.summaries.map(({ rule, at, requests, sampled, borrowed }) => ({
          RuleName: rule,
          Timestamp: timestamp(at),
          RequestCount: requests,
          BorrowCount: borrowed,
          SampledCount: sampled,
        })),
      }),
    }),
  ]
}

type Statistics = { readonly RuleName: string; readonly RequestCount: number; readonly SampledCount: number }

function problemOf({ RuleName, RequestCount, SampledCount }: Statistics, { rules }: XRay) {
  if (!rules.find(RuleName)) return { code: 'RuleNotFound', message: `there is no sampling rule ${RuleName}` }
  if (SampledCount <= RequestCount) return undefined
  return { code: 'InvalidStatistics', message: `${SampledCount} requests sampled out of ${RequestCount}` }
}

function optionalMembers() {
  const { Priority, FixedRate, ReservoirSize, ServiceName, ServiceType, Host, HTTPMethod, URLPath, ResourceARN } =
    members
  return {
    Priority: Priority.optional(),
    FixedRate: FixedRate.optional(),
    ReservoirSize: ReservoirSize.optional(),
    ServiceName: ServiceName.optional(),
    ServiceType: ServiceType.optional(),
    Host: Host.optional(),
    HTTPMethod: HTTPMethod.optional(),
    URLPath: URLPath.optional(),
    ResourceARN: ResourceARN.optional(),
  }
}

type Members = { readonly [Name in keyof typeof members]: z.output<(typeof members)[Name]> }

const definitionOf = (given: Members): Omit<RuleDefinition, 'attributes'> => ({
  priority: given.Priority,
  fixedRate: given.FixedRate,
  reservoirSize: given.ReservoirSize,
  serviceName: given.ServiceName,
  serviceType: given.ServiceType,
  host: given.Host,
  httpMethod: given.HTTPMethod,
  urlPath: given.URLPath,
  resourceArn: given.ResourceARN,
})

type Changes = { readonly [Name in keyof Members]?: Members[Name] | undefined }

function changesOf(given: Changes): Partial<RuleDefinition> {
  const all = {
    priority: given.Priority,
    fixedRate: given.FixedRate,
    reservoirSize: given.ReservoirSize,
    serviceName: given.ServiceName,
    serviceType: given.ServiceType,
    host: given.Host,
    httpMethod: given.HTTPMethod,
    urlPath: given.URLPath,
    resourceArn: given.ResourceARN,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
