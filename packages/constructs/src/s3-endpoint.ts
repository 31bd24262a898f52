import { Stack } from 'aws-cdk-lib'
import { GatewayVpcEndpoint, GatewayVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2'
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { PrivateTier, ThreeTierNetwork } from './network.ts'

/**
 * What instances fetch from buckets of AWS itself: packages of Amazon Linux 2023, layers of images in ECR, updates of
 * the agent of Session Manager.
 *
 * @see Amazon Linux 2023 User Guide "Managing repositories", Amazon ECR User Guide "Minimum Amazon S3 bucket permissions
 * for Amazon ECR", Systems Manager User Guide "SSM Agent communications with AWS managed S3 buckets"
 */
export type AwsContent = keyof typeof awsBuckets

export interface S3EndpointProps<T extends PrivateTier> {
  readonly network: ThreeTierNetwork<T>
  /** The tiers whose way to S3 it is. */
  readonly tiers: readonly NoInfer<T>[]
  /** Buckets of the system itself, to be read. */
  readonly reads: readonly IBucket[]
  /** Default all of it. */
  readonly awsContent?: readonly AwsContent[]
}

/**
 * The free way to S3 that leaves neither the VPC nor AWS: a gateway endpoint for some tiers, whose policy lets reads of
 * the named buckets pass and nothing else. What an instance may read of that is its role's business. Other tiers have no
 * route to it.
 *
 * A gateway endpoint takes *all* requests for S3 in its region from the routes of its tiers: what the policy forgets is
 * not sent through NAT instead, but refused.
 */
export class S3Endpoint<T extends PrivateTier> extends Construct {
  readonly endpoint: GatewayVpcEndpoint

  constructor(scope: Construct, id: string, props: S3EndpointProps<T>) {
    super(scope, id)
    const { network, tiers, reads, awsContent = AWS_CONTENT } = props
    this.endpoint = new GatewayVpcEndpoint(this, 'Endpoint', {
      vpc: network.vpc,
      service: GatewayVpcEndpointAwsService.S3,
      subnets: tiers.map(tier => ({ subnets: network.in(tier).subnets })),
    })
    const { region } = Stack.of(this)
    const ofAws = awsContent.flatMap(content => awsBuckets[content](region))
    if (ofAws.length > 0) {
      this.#allow(
        'AwsContent',
        ['s3:GetObject'],
        ofAws.map(bucket => `arn:aws:s3:::${bucket}/*`),
      )
    }
    if (reads.length === 0) return
    this.#allow(
      'OwnObjects',
      ['s3:GetObject'],
      reads.map(bucket => bucket.arnForObjects('*')),
    )
    this.#allow(
      'OwnLists',
      ['s3:ListBucket'],
      reads.map(bucket => bucket.bucketArn),
    )
  }

  #allow(sid: string, actions: string[], resources: string[]): void {
    this.endpoint.addToPolicy(new PolicyStatement({ sid, principals: [new AnyPrincipal()], actions, resources }))
  }
}

const awsBuckets = {
  packages: (region: string) => [`al2023-repos-${region}-de612dc2`],
  images: (region: string) => [`prod-${region}-starport-layer-bucket`],
  agent: (region: string) => [`amazon-ssm-${region}`, `aws-ssm-${region}`],
}

const AWS_CONTENT: readonly AwsContent[] = ['packages', 'images', 'agent']
