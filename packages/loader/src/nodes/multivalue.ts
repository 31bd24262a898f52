import { seconds } from '@terrace/kit'
import type { RecordHealthCheck, RecordSet } from '@terrace/model'
import { type BuildContext, type BuilderTable, notModelled, part } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

/** Health checks of Route 53. @see "AWS::Route53::HealthCheck" in the CloudFormation Template Reference for the defaults */
export const healthChecks: BuilderTable = {
  'AWS::Route53::HealthCheck': part(context => {
    const { properties, resource } = context
    properties.withoutEffect({ HealthCheckTags: 'for people' })
    const config = properties.requiredObject('HealthCheckConfig')
    config.withoutEffect({ MeasureLatency: 'nobody draws its graph here' })
    const type = config.requiredText('Type')
    if (type !== 'HTTP' && type !== 'HTTPS' && type !== 'TCP') {
      throw notModelled(config, 'Type', `health checks of the type ${type} are not modelled`)
    }
    const address = config.text('IPAddress')
    if (address === undefined)
      throw notModelled(config, 'IPAddress', 'a health check without an address is not modelled')
    const check: RecordHealthCheck = {
      id: resource.physicalId,
      type,
      address,
      port: config.number('Port', { least: 1, most: 65_535 }) ?? (type === 'HTTPS' ? 443 : 80),
      path: config.text('ResourcePath') ?? '/',
      interval: seconds(config.number('RequestInterval', { least: 10, most: 30 }) ?? 30),
      failureThreshold: config.number('FailureThreshold', { least: 1, most: 10 }) ?? 3,
    }
    return { kind: 'healthCheck', check }
  }),
}

const OTHER_POLICIES = ['Weight', 'Failover', 'Region', 'GeoLocation']

/** The multivalue answer that a record is part of; nothing when it follows no policy, or another. */
export function multivalueOf(context: BuildContext, record: PropertyReader): RecordSet['multivalue'] {
  if (OTHER_POLICIES.some(key => record.has(key)) || !record.boolean('MultiValueAnswer')) return undefined
  const id = record.text('HealthCheckId')
  const found = id === undefined ? undefined : context.part(id, 'healthCheck')
  if (id !== undefined && !found) {
    const message = `its health check ${id} is not in these stacks; the record counts as healthy`
    context.gap('value', record.pathOf('HealthCheckId'), record.placeOf('HealthCheckId').line, message)
  }
  // It tells records of a name apart, as their logical ids do here.
  record.requiredText('SetIdentifier')
  return found ? { healthCheck: found.check } : {}
}
