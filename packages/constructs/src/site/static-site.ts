import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { SiteBucket, type SiteContent } from './site-bucket.ts'
import { SiteCdn, type SiteCdnProps } from './site-cdn.ts'

export interface StaticSiteProps extends Omit<SiteCdnProps, 'bucket'> {
  readonly content: SiteContent
}

/** A site that is only files: a private bucket, CloudFront before it, and the upload of the built pages. */
export class StaticSite extends Construct {
  readonly bucket: IBucket
  readonly distribution: IDistribution

  constructor(scope: Construct, id: string, props: StaticSiteProps) {
    super(scope, id)
    const files = new SiteBucket(this, 'Files', { logs: props.logs })
    this.bucket = files.bucket
    this.distribution = new SiteCdn(this, 'Cdn', { ...props, bucket: files.bucket }).distribution
    files.publish(props.content, this.distribution)
  }
}
