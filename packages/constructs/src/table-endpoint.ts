import { GatewayVpcEndpoint, GatewayVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2'
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { PrivateTier, ThreeTierNetwork } from './network.ts'

export interface TableEndpointProps<T extends PrivateTier> {
  readonly network: ThreeTierNetwork<T>
  /** The tiers whose way to DynamoDB it is. */
  readonly tiers: readonly NoInfer<T>[]
  /** ARNs of the tables, and of their indexes. */
  readonly tables: readonly string[]
  /** What may be done there, `dynamodb:GetItem`… */
  readonly actions: readonly string[]
}

/**
 * The free way to DynamoDB that leaves neither the VPC nor AWS: a gateway endpoint for some tiers, whose policy lets some
 * calls to the named tables pass and nothing else. As with S3, it takes *all* requests for DynamoDB in the region from
 * the routes of its tiers: what the policy forgets is refused, not sent through NAT.
 */
export class TableEndpoint<T extends PrivateTier> extends Construct {
  readonly endpoint: GatewayVpcEndpoint

  constructor(scope: Construct, id: string, props: TableEndpointProps<T>) {
    super(scope, id)
    const { network, tiers, tables, actions } = props
    this.endpoint = new GatewayVpcEndpoint(this, 'Endpoint', {
      vpc: network.vpc,
      service: GatewayVpcEndpointAwsService.DYNAMODB,
      subnets: tiers.map(tier => ({ subnets: network.in(tier).subnets })),
    })
    this.endpoint.addToPolicy(
      new PolicyStatement({
        sid: 'OwnTables',
        principals: [new AnyPrincipal()],
        actions: [...actions],
        resources: [...tables],
      }),
    )
  }
}
