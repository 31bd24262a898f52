import { CACHE_FOR_GOOD, HSTS_SECONDS, type LogBucket, type NamesAndCertificate } from '@terrace/constructs'
import { Duration, Validations } from 'aws-cdk-lib'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { AaaaRecord, RecordTarget } from 'aws-cdk-lib/aws-route53'
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { PAGE } from './names.ts'

export interface CdnProps {
  readonly names: NamesAndCertificate
  /** The name by which the application is asked; it has a certificate for it. */
  readonly application: string
  /** Read by this distribution alone. */
  readonly bucket: IBucket
  /** The folders of the bucket that are shown. */
  readonly folders: readonly string[]
  readonly logs: LogBucket
}

/**
 * CloudFront before two origins: the application, asked by HTTPS each time with everything that the browser sent, and
 * the bucket, whose files never change and are kept.
 */
export class Cdn extends Construct {
  readonly distribution: Distribution

  constructor(scope: Construct, id: string, props: CdnProps) {
    super(scope, id)
    const { names, logs } = props
    const files = this.#files(props.bucket)
    this.distribution = new Distribution(this, 'Distribution', {
      domainNames: [names.domainName],
      certificate: names.certificate,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      enableIpv6: true,
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultRootObject: PAGE,
      defaultBehavior: application(props.application),
      additionalBehaviors: Object.fromEntries(props.folders.map(folder => [`/${folder}/*`, files])),
      enableLogging: true,
      logBucket: logs.bucket,
      logFilePrefix: `${logs.prefixOf(this)}/`,
    })
    const target = new CloudFrontTarget(this.distribution)
    names.pointApex(target)
    new AaaaRecord(this, 'ApexV6', { zone: names.zone, target: RecordTarget.fromAlias(target) })
    Validations.of(this.distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'Players are everywhere: no country is shut out.' },
      { id: 'AwsSolutions-CFR2', reason: 'A web ACL costs by the month and is in nobody’s document.' },
    )
  }

  /** A picture that somebody uploaded is nothing but a picture, whatever a browser takes it for. */
  #files(bucket: IBucket): BehaviorOptions {
    const responseHeadersPolicy = new ResponseHeadersPolicy(this, 'FileHeaders', {
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: "default-src 'none'; sandbox", override: true },
        contentTypeOptions: { override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.seconds(HSTS_SECONDS),
          includeSubdomains: true,
          override: true,
        },
      },
      customHeadersBehavior: { customHeaders: [{ header: 'Cache-Control', value: CACHE_FOR_GOOD, override: true }] },
    })
    return {
      origin: S3BucketOrigin.withOriginAccessControl(bucket),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy,
      compress: true,
    }
  }
}

// Without cookies nobody is logged in, without query strings there is no second page of a list.
const application = (name: string): BehaviorOptions => ({
  origin: new HttpOrigin(name, {
    protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
    originSslProtocols: [OriginSslPolicy.TLS_V1_2],
    readTimeout: Duration.seconds(60),
  }),
  viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
  allowedMethods: AllowedMethods.ALLOW_ALL,
  cachePolicy: CachePolicy.CACHING_DISABLED,
  originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  compress: true,
})
