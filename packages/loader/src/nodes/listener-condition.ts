import type { RuleCondition } from '@terrace/model'
import { notModelled } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

// The mapping that holds the values of a field; `Values` beside the field is the older spelling for the first two.
const CONFIGS = {
  'path-pattern': 'PathPatternConfig',
  'host-header': 'HostHeaderConfig',
  'http-request-method': 'HttpRequestMethodConfig',
  'source-ip': 'SourceIpConfig',
} as const

/**
 * The conditions of a listener rule.
 *
 * @throws NotModelled for a field that is not known, rather than a rule that matches too much
 * @see "Condition types for listener rules" in the Application Load Balancer guide
 */
export function conditionsOf(properties: PropertyReader): readonly RuleCondition[] {
  return properties.objects('Conditions').map(conditionOf)
}

function conditionOf(condition: PropertyReader): RuleCondition {
  const field = condition.requiredText('Field')
  refuseRegularExpressions(condition)
  if (field === 'http-header') {
    const config = condition.requiredObject('HttpHeaderConfig')
    return { field, name: config.requiredText('HttpHeaderName'), values: config.texts('Values') }
  }
  if (field === 'query-string') {
    const values = condition.requiredObject('QueryStringConfig').objects('Values')
    return {
      field,
      values: values.map(item => {
        const key = item.text('Key')
        return { value: item.requiredText('Value'), ...(key === undefined ? {} : { key }) }
      }),
    }
  }
  if (field === 'path-pattern' || field === 'host-header' || field === 'http-request-method' || field === 'source-ip') {
    const config = condition.object(CONFIGS[field])
    return { field, values: config ? config.texts('Values') : condition.texts('Values') }
  }
  throw notModelled(condition, 'Field', `the condition ${field} is not modelled`)
}

/** A rule that matched by its other values alone would match too little, or too much. */
function refuseRegularExpressions(condition: PropertyReader): void {
  const configs = ['PathPatternConfig', 'HostHeaderConfig', 'HttpHeaderConfig'].flatMap(
    key => condition.object(key) ?? [],
  )
  const regular = [condition, ...configs].find(reader => reader.has('RegexValues'))
  if (regular) throw notModelled(regular, 'RegexValues', 'conditions by regular expressions are not modelled')
}
