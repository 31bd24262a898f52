import { seconds } from '@terrace/kit'
import type { RuleAction, RuleCondition } from '@terrace/model'
import { z } from 'zod'
import { accepted, shape, wireBoolean, wireInteger, wireList } from '../../../gateway/api.ts'
import { InvalidConfigurationRequest, TooMany, ValidationError } from '../errors.ts'
import { MAX_GROUPS_PER_ACTION } from '../limits.ts'
import { type OperationContext, targetGroupOf } from './context.ts'

const GROUP = shape({ TargetGroupArn: z.string(), Weight: wireInteger().optional() })
const FORWARD = shape({
  TargetGroups: wireList(GROUP).optional(),
  TargetGroupStickinessConfig: shape({
    Enabled: wireBoolean().optional(),
    DurationSeconds: wireInteger().optional(),
  }).optional(),
})
const REDIRECT = shape({
  Protocol: z.string().optional(),
  Host: z.string().optional(),
  Port: z.string().optional(),
  Path: z.string().optional(),
  Query: z.string().optional(),
  StatusCode: z.enum(['HTTP_301', 'HTTP_302']),
})
const FIXED = shape({
  StatusCode: z.string().regex(/^[245]\d\d$/),
  ContentType: z.enum(['text/plain', 'text/css', 'text/html', 'application/javascript', 'application/json']).optional(),
  MessageBody: z.string().max(1024).optional(),
})

/** `Actions` of a rule, `DefaultActions` of a listener. Authentication is refused by its members' names. */
export const ACTIONS = wireList(
  shape({
    Type: z.enum(['forward', 'redirect', 'fixed-response']),
    Order: accepted(wireInteger().optional(), 'one action alone can stand there, as long as none authenticates'),
    TargetGroupArn: z.string().optional(),
    ForwardConfig: FORWARD.optional(),
    RedirectConfig: REDIRECT.optional(),
    FixedResponseConfig: FIXED.optional(),
  }),
)

const VALUES = shape({ Values: wireList(z.string()).optional() })

/** `Conditions` of a rule. Patterns as regular expressions are refused by name. */
export const CONDITIONS = wireList(
  shape({
    Field: z.string(),
    Values: wireList(z.string()).optional(),
    HostHeaderConfig: VALUES.optional(),
    PathPatternConfig: VALUES.optional(),
    HttpRequestMethodConfig: VALUES.optional(),
    SourceIpConfig: VALUES.optional(),
    HttpHeaderConfig: shape({ HttpHeaderName: z.string(), Values: wireList(z.string()).optional() }).optional(),
    QueryStringConfig: shape({
      Values: wireList(shape({ Key: z.string().optional(), Value: z.string() })).optional(),
    }).optional(),
  }),
)

/** The one routing action. @throws ValidationError, NotFound, TooMany, InvalidConfigurationRequest */
export function readAction(context: OperationContext, actions: z.output<typeof ACTIONS>): RuleAction {
  const [action] = actions
  if (!action || actions.length > 1) throw new ValidationError('You must specify exactly one routing action')
  if (action.Type === 'redirect') return readRedirect(action.RedirectConfig)
  if (action.Type === 'fixed-response') {
    if (!action.FixedResponseConfig) throw new ValidationError('A fixed-response action needs a FixedResponseConfig')
    const { StatusCode, ContentType = 'text/plain', MessageBody = '' } = action.FixedResponseConfig
    return { kind: 'fixedResponse', status: Number(StatusCode), contentType: ContentType, body: MessageBody }
  }
  const listed = action.ForwardConfig?.TargetGroups ?? []
  const groups = listed.length > 0 ? listed : [{ TargetGroupArn: action.TargetGroupArn ?? '', Weight: 1 }]
  if (groups.length > MAX_GROUPS_PER_ACTION) {
    throw new TooMany('TargetGroups', `A forward action can have at most ${MAX_GROUPS_PER_ACTION} target groups`)
  }
  const targetGroups = groups.map(({ TargetGroupArn, Weight = 1 }) => {
    if (Weight < 0 || Weight > 999) throw new ValidationError(`Weight '${Weight}' must be between 0 and 999`)
    return { node: targetGroupOf(context, TargetGroupArn).id, weight: Weight }
  })
  const { Enabled = false, DurationSeconds = 3600 } = action.ForwardConfig?.TargetGroupStickinessConfig ?? {}
  return { kind: 'forward', targetGroups, ...(Enabled ? { stickiness: seconds(DurationSeconds) } : {}) }
}

function readRedirect(config: z.output<typeof REDIRECT> | undefined): RuleAction {
  if (!config) throw new ValidationError('A redirect action needs a RedirectConfig')
  const { Protocol = '#{protocol}', Host = '#{host}', Port = '#{port}', Path = '/#{path}', Query = '#{query}' } = config
  if (Protocol === '#{protocol}' && Host === '#{host}' && Port === '#{port}' && Path === '/#{path}') {
    throw new InvalidConfigurationRequest(
      'The redirect configuration is not valid because it creates a loop: change protocol, host, port or path',
    )
  }
  const status = config.StatusCode === 'HTTP_301' ? 301 : 302
  return { kind: 'redirect', protocol: Protocol, host: Host, port: Port, path: Path, query: Query, status }
}

/** @throws ValidationError */
export function readConditions(conditions: z.output<typeof CONDITIONS>): readonly RuleCondition[] {
  return conditions.map(condition => {
    const field = condition.Field
    switch (field) {
      case 'path-pattern':
        return { field, values: valuesOf(condition.PathPatternConfig?.Values ?? condition.Values) }
      case 'host-header':
        return { field, values: valuesOf(condition.HostHeaderConfig?.Values ?? condition.Values) }
      case 'http-request-method':
        return { field, values: valuesOf(condition.HttpRequestMethodConfig?.Values) }
      case 'source-ip':
        return { field, values: valuesOf(condition.SourceIpConfig?.Values) }
      case 'http-header': {
        const { HttpHeaderName: name = '', Values } = condition.HttpHeaderConfig ?? {}
        return { field, name, values: valuesOf(Values) }
      }
      case 'query-string': {
        const pairs = condition.QueryStringConfig?.Values ?? []
        return { field, values: pairs.map(({ Key, Value }) => ({ value: Value, ...(Key ? { key: Key } : {}) })) }
      }
      default:
        throw new ValidationError(`Condition field '${field}' is not valid`)
    }
  })
}

function valuesOf(values: readonly string[] | undefined): readonly string[] {
  if (values && values.length > 0) return values
  throw new ValidationError('A condition must have at least one value')
}

/** An action in AWS's words. */
export function describeAction({ state }: OperationContext, action: RuleAction): unknown {
  switch (action.kind) {
    case 'forward': {
      const groups = action.targetGroups.map(({ node, weight }) => ({
        TargetGroupArn: state.targetGroup(node)?.arn,
        Weight: weight,
      }))
      const stickiness = action.stickiness
      return {
        Type: 'forward',
        TargetGroupArn: groups.length === 1 ? groups[0]?.TargetGroupArn : undefined,
        ForwardConfig: {
          TargetGroups: groups,
          TargetGroupStickinessConfig: {
            Enabled: stickiness !== undefined,
            DurationSeconds: stickiness === undefined ? undefined : stickiness / 1000,
          },
        },
      }
    }
    case 'redirect':
      return {
        Type: 'redirect',
        RedirectConfig: {
          Protocol: action.protocol,
          Port: action.port,
          Host: action.host,
          Path: action.path,
          Query: action.query,
          StatusCode: `HTTP_${action.status}`,
        },
      }
    case 'fixedResponse':
      return {
        Type: 'fixed-response',
        FixedResponseConfig: {
          StatusCode: String(action.status),
          ContentType: action.contentType,
          MessageBody: action.body,
        },
      }
  }
}

/** A condition in AWS's words. */
export function describeCondition(condition: RuleCondition): unknown {
  const { field: Field } = condition
  switch (condition.field) {
    case 'path-pattern':
      return { Field, Values: condition.values, PathPatternConfig: { Values: condition.values } }
    case 'host-header':
      return { Field, Values: condition.values, HostHeaderConfig: { Values: condition.values } }
    case 'http-request-method':
      return { Field, HttpRequestMethodConfig: { Values: condition.values } }
    case 'source-ip':
      return { Field, SourceIpConfig: { Values: condition.values } }
    case 'http-header':
      return { Field, HttpHeaderConfig: { HttpHeaderName: condition.name, Values: condition.values } }
    case 'query-string':
      return {
        Field,
        QueryStringConfig: { Values: condition.values.map(({ key, value }) => ({ Key: key, Value: value })) },
      }
  }
}
