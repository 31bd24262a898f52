import type { BucketDeployment, DeploymentSource } from '@terrace/model'
import { type BuildContext, type BuilderTable, node } from './build-context.ts'
import { markerValue } from './marker.ts'
import type { PropertyReader } from './property-reader.ts'

/** `BucketDeployment` of aws-cdk-lib/aws-s3-deployment, and the other custom resources that are understood. */
export const bucketDeployment: BuilderTable = {
  'Custom::CDKBucketDeployment': node((context): BucketDeployment => {
    const { properties } = context
    properties.withoutEffect({
      ServiceToken: 'the copying is done natively, no function runs',
      SourceBucketNames: 'the source is the asset itself',
      RetainOnDelete: 'nothing is deleted but with the state of the local cloud',
      WaitForDistributionInvalidation: 'an invalidation counts at once',
      OutputObjectKeys: 'nothing asks for the keys',
      OutputObjectVersionIds: 'nothing asks for the versions',
      SignContent: 'nothing is sent over a network',
    })
    properties.readElsewhere('DestinationBucketArn')
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
  'Custom::VpcRestrictDefaultSG': {
    makes: 'nothing',
    because: 'what uses the default group of a VPC is listed, so that there is nothing to restrict',
  },
  'Custom::S3AutoDeleteObjects': { makes: 'nothing', because: 'objects go with the state of the local cloud' },
  'Custom::ECRAutoDeleteImages': { makes: 'nothing', because: 'no image is pushed here' },
  'AWS::CDK::Metadata': { makes: 'nothing', because: 'the CDK counts its users with it' },
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
    configuration?.readElsewhere('jsonEscape', 'markerEncodings')
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
