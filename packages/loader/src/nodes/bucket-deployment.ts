import type { BucketDeployment, DeploymentSource } from '@terrace/model'
import { type BuildContext, type BuilderTable, node } from './build-context.ts'
import { markerValue } from './marker.ts'
import type { PropertyReader } from './property-reader.ts'

/** `BucketDeployment` of aws-cdk-lib/aws-s3-deployment, and the other custom resources that are understood. */
export const bucketDeployment: BuilderTable = {
  'Custom::CDKBucketDeployment': node((context): BucketDeployment => {
    const { properties } = context
    properties.withoutEffect(
      'ServiceToken',
      'SourceBucketNames',
      'RetainOnDelete',
      'WaitForDistributionInvalidation',
      'OutputObjectKeys',
      'OutputObjectVersionIds',
      'SignContent',
      'DestinationBucketArn',
    )
    const prefix = (properties.text('DestinationBucketKeyPrefix') ?? '').replace(/^\/$/, '')
    const distribution = context.find(properties, 'DistributionId', 'distribution')
    const key = properties.has('DestinationBucketName') ? 'DestinationBucketName' : 'DestinationBucketArn'
    return {
      ...context.base('bucketDeployment'),
      destination: context.need(properties, key, 'bucket'),
      destinationPrefix: prefix,
      sources: sourcesOf(context),
      prune: properties.boolean('Prune') ?? true,
      extract: properties.boolean('Extract') ?? true,
      include: properties.texts('Include'),
      exclude: properties.texts('Exclude'),
      metadata: metadataOf(properties),
      ...(distribution === undefined ? {} : { distribution }),
      invalidationPaths: invalidations(properties, prefix, distribution !== undefined),
    }
  }),
  // No node uses a VPC's default group without saying so, and then it is a gap: there is nothing to restrict.
  'Custom::VpcRestrictDefaultSG': { makes: 'nothing' },
  // Objects go when the state of the local cloud goes.
  'Custom::S3AutoDeleteObjects': { makes: 'nothing' },
  // No image is pushed here.
  'Custom::ECRAutoDeleteImages': { makes: 'nothing' },
  // What CDK counts its users with.
  'AWS::CDK::Metadata': { makes: 'nothing' },
}

function sourcesOf(context: BuildContext): readonly DeploymentSource[] {
  const { properties, assets } = context
  const markers = properties.objects('SourceMarkers')
  const configurations = properties.objects('SourceMarkersConfig')
  return properties.texts('SourceObjectKeys').flatMap((objectKey, index) => {
    const path = assets.file(objectKey)
    const own = markers[index]
    const configuration = configurations[index]
    const values = own ? Object.fromEntries(own.keys().map(name => [name, markerValue(own, name, configuration)])) : {}
    configuration?.withoutEffect('jsonEscape', 'markerEncodings')
    if (path !== undefined) return [{ path, markers: values }]
    const message = `the source ${objectKey} is no asset of a cloud assembly; its files are left out`
    context.gap('value', properties.pathOf('SourceObjectKeys'), properties.placeOf('SourceObjectKeys').line, message)
    return []
  })
}

function metadataOf(properties: PropertyReader): Readonly<Record<string, string>> {
  const user = Object.entries(properties.dictionary('UserMetadata'))
  const own = user.map(([name, value]) => [name.startsWith('x-amz-meta-') ? name : `x-amz-meta-${name}`, value])
  return { ...properties.dictionary('SystemMetadata'), ...Object.fromEntries(own) }
}

function invalidations(properties: PropertyReader, prefix: string, distributed: boolean): readonly string[] {
  const paths = properties.texts('DistributionPaths')
  if (!distributed || paths.length > 0) return paths
  return [`/${prefix}/*`.replace(/^\/+/, '/').replace(/\/+\*$/, '/*')]
}
