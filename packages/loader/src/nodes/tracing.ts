import type { SamplingRule, TraceGroup } from '@terrace/model'
import { type BuildContext, type BuilderTable, node, notModelled } from './build-context.ts'

/** Sampling rules and groups of X-Ray. */
export const tracing: BuilderTable = {
  'AWS::XRay::SamplingRule': node((context): SamplingRule => {
    const { properties, resource } = context
    const rule = properties.requiredObject('SamplingRule')
    properties.readElsewhere('RuleName')
    rule.readElsewhere('RuleName', 'RuleARN')
    if (rule.has('SamplingRateBoost')) {
      throw notModelled(rule, 'SamplingRateBoost', 'the rate of a rule stays as it is, whatever happens')
    }
    rule.number('Version', { least: 1, most: 1 })
    return {
      ...context.base('samplingRule'),
      // Its ARN ends with it.
      name: resource.physicalId.slice(resource.physicalId.indexOf('/') + 1),
      definition: {
        resourceArn: rule.requiredText('ResourceARN'),
        priority: rule.requiredNumber('Priority', { least: 1, most: 9999 }),
        fixedRate: rule.requiredNumber('FixedRate', { least: 0, most: 1 }),
        reservoirSize: rule.requiredNumber('ReservoirSize', { least: 0, most: Number.MAX_SAFE_INTEGER }),
        serviceName: rule.requiredText('ServiceName'),
        serviceType: rule.requiredText('ServiceType'),
        host: rule.requiredText('Host'),
        httpMethod: rule.requiredText('HTTPMethod'),
        urlPath: rule.requiredText('URLPath'),
        attributes: rule.dictionary('Attributes'),
      },
    }
  }),
  'AWS::XRay::Group': node((context): TraceGroup => {
    const { properties } = context
    insights(context)
    return {
      ...context.base('traceGroup'),
      name: properties.requiredText('GroupName'),
      arn: context.attribute('GroupARN'),
      filter: properties.text('FilterExpression') ?? '',
    }
  }),
}

function insights({ properties, gap }: BuildContext): void {
  const configuration = properties.object('InsightsConfiguration')
  for (const key of ['InsightsEnabled', 'NotificationsEnabled']) {
    if (!configuration?.boolean(key)) continue
    gap('property', configuration.pathOf(key), configuration.placeOf(key).line, 'there are no insights here')
  }
}
