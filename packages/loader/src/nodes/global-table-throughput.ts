import type { TableThroughput } from '@terrace/model'
import type { BuildContext } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

/** The throughput of a global table and of its indexes, of which writes are said of all replicas and reads of each. */
export interface GlobalThroughput {
  ofTable(): TableThroughput
  /** @param index  an item of the table's `GlobalSecondaryIndexes` */
  ofIndex(index: PropertyReader): TableThroughput
}

export function globalThroughput(context: BuildContext, replica: PropertyReader): GlobalThroughput {
  const { properties } = context
  const onDemand = properties.oneOf('BillingMode', ['PROVISIONED', 'PAY_PER_REQUEST']) === 'PAY_PER_REQUEST'
  const inReplica = replica.objects('GlobalSecondaryIndexes').map(index => {
    index.withoutEffect({ ContributorInsightsSpecification: 'the keys that are used most are not counted here' })
    return { name: index.requiredText('IndexName'), index }
  })
  const throughput = (writes: PropertyReader, reads: PropertyReader | undefined): TableThroughput => {
    if (onDemand) {
      const mostReads = reads?.object('ReadOnDemandThroughputSettings')?.number('MaxReadRequestUnits')
      const mostWrites = writes.object('WriteOnDemandThroughputSettings')?.number('MaxWriteRequestUnits')
      return {
        mode: 'onDemand',
        ...(mostReads === undefined || mostReads < 1 ? {} : { mostReads }),
        ...(mostWrites === undefined || mostWrites < 1 ? {} : { mostWrites }),
      }
    }
    return {
      mode: 'provisioned',
      reads: units(context, reads?.object('ReadProvisionedThroughputSettings'), 'Read'),
      writes: units(context, writes.object('WriteProvisionedThroughputSettings'), 'Write'),
    }
  }
  return {
    ofTable: () => throughput(properties, replica),
    ofIndex: index => throughput(index, inReplica.find(({ name }) => name === index.requiredText('IndexName'))?.index),
  }
}

function units(context: BuildContext, settings: PropertyReader | undefined, kind: 'Read' | 'Write'): number {
  const fixed = kind === 'Read' ? settings?.number('ReadCapacityUnits', { least: 1, most: 1e12 }) : undefined
  if (fixed !== undefined) return fixed
  const key = `${kind}CapacityAutoScalingSettings`
  const scaling = settings?.object(key)
  if (!settings || !scaling) return 1
  const message = 'the throughput of tables is not scaled: it stays where it begins'
  context.gap('value', settings.pathOf(key), settings.placeOf(key).line, message)
  scaling.listed(message, 'MaxCapacity', 'TargetTrackingScalingPolicyConfiguration')
  const least = scaling.requiredNumber('MinCapacity')
  return scaling.number('SeedCapacity') ?? least
}
