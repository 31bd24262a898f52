import { seconds } from '@terrace/kit'
import type { RuleAction } from '@terrace/model'
import { type BuildContext, NotModelled, notModelled } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

/**
 * The one routing action of a rule. The classic `TargetGroupArn` and the `ForwardConfig` say the same.
 *
 * @throws NotModelled when it authenticates, or routes nowhere
 * @see "Action types for listener rules" in the Application Load Balancer guide
 */
export function actionOf(context: BuildContext, properties: PropertyReader, key: string): RuleAction {
  const ordered = properties.objects(key).map(action => ({ action, order: action.number('Order') ?? 0 }))
  const actions = ordered.toSorted((a, b) => a.order - b.order).map(({ action }) => action)
  const action = actions.at(-1)
  if (!action) throw properties.bad(key, 'a list with at least one action')
  const [earlier] = actions.slice(0, -1)
  if (earlier) {
    const type = earlier.requiredText('Type')
    // Letting requests through without it would open what is closed on AWS.
    throw notModelled(earlier, 'Type', `the action ${type} is not modelled`)
  }
  const type = action.requiredText('Type')
  if (type === 'forward') return forward(context, action)
  if (type === 'redirect') return redirect(action.requiredObject('RedirectConfig'))
  if (type === 'fixed-response') return fixedResponse(action.requiredObject('FixedResponseConfig'))
  throw notModelled(action, 'Type', `the action ${type} is not modelled`)
}

function forward(context: BuildContext, action: PropertyReader): RuleAction {
  const config = action.object('ForwardConfig')
  const listed = (config?.objects('TargetGroups') ?? []).flatMap(group => {
    const node = context.find(group, 'TargetGroupArn', 'targetGroup')
    const weight = group.number('Weight', { least: 0, most: 999 }) ?? 1
    return node === undefined ? [] : [{ node, weight }]
  })
  const single = context.find(action, 'TargetGroupArn', 'targetGroup')
  const targetGroups = listed.length > 0 || single === undefined ? listed : [{ node: single, weight: 1 }]
  if (targetGroups.length === 0) {
    throw new NotModelled('it forwards to no target group of these stacks', action.path, action.place.line)
  }
  const stickiness = config?.object('TargetGroupStickinessConfig')
  const sticky = stickiness?.boolean('Enabled') ?? false
  const duration = stickiness?.number('DurationSeconds', { least: 1, most: 604_800 }) ?? 3600
  return { kind: 'forward', targetGroups, ...(sticky ? { stickiness: seconds(duration) } : {}) }
}

function redirect(config: PropertyReader): RuleAction {
  const status = config.oneOf('StatusCode', ['HTTP_301', 'HTTP_302'])
  if (!status) throw config.bad('StatusCode', 'HTTP_301 or HTTP_302')
  return {
    kind: 'redirect',
    protocol: config.text('Protocol') ?? '#{protocol}',
    host: config.text('Host') ?? '#{host}',
    port: config.text('Port') ?? '#{port}',
    path: config.text('Path') ?? '/#{path}',
    query: config.text('Query') ?? '#{query}',
    status: status === 'HTTP_301' ? 301 : 302,
  }
}

function fixedResponse(config: PropertyReader): RuleAction {
  const status = config.requiredText('StatusCode')
  if (!/^[245]\d\d$/.test(status)) throw config.bad('StatusCode', 'a status of 2xx, 4xx or 5xx')
  return {
    kind: 'fixedResponse',
    status: Number(status),
    contentType: config.text('ContentType') ?? 'text/plain',
    body: config.text('MessageBody') ?? '',
  }
}
