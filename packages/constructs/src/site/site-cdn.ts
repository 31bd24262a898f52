import { Duration, Validations } from 'aws-cdk-lib'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  type IDistribution,
  type IOrigin,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { LogBucket } from '../log-bucket.ts'
import type { NamesAndCertificate } from '../names.ts'
import { WebFirewall } from '../web-firewall.ts'
import { CACHE_BUT_ASK, CACHE_FOR_GOOD, contentSecurityPolicy, HSTS_SECONDS } from './headers.ts'

export interface SiteCdnProps {
  readonly bucket: IBucket
  /** The distribution answers for the apex; its certificate must be in us-east-1. */
  readonly names: NamesAndCertificate
  /** Where access logs go, under the distribution's path in the stack. */
  readonly logs: LogBucket
  /** Hosts that the page's scripts may call, without scheme. */
  readonly connectTo: readonly string[]
  /** `managed`: an AWS WAF web ACL in front, which costs. Default `none`. */
  readonly firewall?: 'none' | 'managed'
}

/**
 * CloudFront before a private bucket, which only this distribution may read (origin access control). HTTPS only, TLS
 * 1.2 at least, security headers. What lies under `assets/` is cached for good; everything else the browser asks for
 * each time, while the edge keeps it until the next deployment.
 */
export class SiteCdn extends Construct {
  readonly distribution: IDistribution

  constructor(scope: Construct, id: string, props: SiteCdnProps) {
    super(scope, id)
    const origin = S3BucketOrigin.withOriginAccessControl(props.bucket)
    const csp = contentSecurityPolicy(props.connectTo)
    const firewall = props.firewall === 'managed' ? new WebFirewall(this, 'Firewall', { scope: 'cdn' }) : undefined
    this.distribution = new Distribution(this, 'Distribution', {
      domainNames: [props.names.domainName],
      certificate: props.names.certificate,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultRootObject: 'index.html',
      defaultBehavior: behaviour(origin, this.#headers('PageHeaders', csp, CACHE_BUT_ASK)),
      additionalBehaviors: { '/assets/*': behaviour(origin, this.#headers('AssetHeaders', csp, CACHE_FOR_GOOD)) },
      enableLogging: true,
      logBucket: props.logs.bucket,
      logFilePrefix: `${props.logs.prefixOf(this)}/`,
      ...(firewall && { webAclId: firewall.arn }),
    })
    Validations.of(this.distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'The site is for readers everywhere: no country is shut out.' },
      { id: 'AwsSolutions-CFR2', reason: 'A web ACL costs by the month and is a choice: firewall "managed".' },
    )
  }

  #headers(id: string, contentSecurityPolicy: string, cacheControl: string): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, id, {
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.seconds(HSTS_SECONDS),
          includeSubdomains: true,
          override: true,
        },
      },
      customHeadersBehavior: { customHeaders: [{ header: 'Cache-Control', value: cacheControl, override: true }] },
    })
  }
}

const behaviour = (origin: IOrigin, responseHeadersPolicy: ResponseHeadersPolicy): BehaviorOptions => ({
  origin,
  responseHeadersPolicy,
  viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
  allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
  cachePolicy: CachePolicy.CACHING_OPTIMIZED,
  compress: true,
})
