import { Fn, Stack, Validations } from 'aws-cdk-lib'
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  NatProvider,
  type SelectedSubnets,
  type SubnetConfiguration,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import { operationsLog } from './operations-log.ts'

/** Private subnets by what runs in them: reverse proxies, applications, databases. */
export type PrivateTier = 'web' | 'app' | 'data'

export interface ThreeTierNetworkProps<T extends PrivateTier> {
  /** Addresses of the VPC, a /16 to /28 block. Default `10.0.0.0/16`. */
  readonly cidr?: string
  /** How many availability zones. Default 2. */
  readonly zones?: 2 | 3
  /** The private tiers to make subnets for, one per zone each. Default all three. */
  readonly tiers?: readonly T[]
  /**
   * `per-zone`: a NAT gateway in every zone, so that the loss of one never takes the other's way out. `single`: one for
   * all, about a third of a dollar per hour cheaper and a single point of failure. Default `per-zone`.
   */
  readonly nat?: 'per-zone' | 'single'
  /** Services reached by a free route of their own rather than through NAT. Default none. */
  readonly gatewayEndpoints?: readonly ('s3' | 'dynamodb')[]
  /**
   * Services that have an address in the private subnets, under their usual names, for the whole VPC: calls to them leave
   * neither the VPC nor AWS, and cost by the hour. Default none.
   */
  readonly interfaceEndpoints?: readonly 'ssm'[]
  /** Whether instances in public subnets get a public address by themselves. Default false. */
  readonly publicAddresses?: boolean
}

/**
 * A VPC with a public subnet and one private subnet per tier in each zone. `web` and `app` reach the Internet through
 * NAT; `data` has no route out at all. Traffic is recorded (VPC flow logs, all of it, kept for a month), and the
 * default security group is emptied. `network.in('app')` names only tiers that were asked for.
 */
export class ThreeTierNetwork<T extends PrivateTier = PrivateTier> extends Construct {
  readonly vpc: IVpc

  constructor(scope: Construct, id: string, props: ThreeTierNetworkProps<T> = {}) {
    super(scope, id)
    const zones = props.zones ?? 2
    const tiers: readonly PrivateTier[] = props.tiers ?? ['web', 'app', 'data']
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(props.cidr ?? '10.0.0.0/16'),
      ...zonesOf(this, zones),
      natGatewayProvider: NatProvider.gateway(),
      natGateways: tiers.some(tier => tier !== 'data') ? (props.nat === 'single' ? 1 : zones) : 0,
      restrictDefaultSecurityGroup: true,
      subnetConfiguration: [publicSubnet(props.publicAddresses ?? false), ...tiers.map(privateSubnet)],
    })
    vpc.addFlowLog('Flow', {
      destination: FlowLogDestination.toCloudWatchLogs(operationsLog(this, 'FlowLog')),
    })
    for (const service of props.gatewayEndpoints ?? []) {
      vpc.addGatewayEndpoint(service, { service: gatewayServices[service] })
    }
    this.vpc = vpc
    for (const service of props.interfaceEndpoints ?? []) reachInside(vpc, service)
  }

  /** The public subnets, one per zone: for balancers and NAT, not for instances. */
  get public(): SelectedSubnets {
    return this.vpc.selectSubnets({ subnetGroupName: 'public' })
  }

  /**
   * The private subnets of a tier, one per zone. A property and not a method, so that a network without a tier does not
   * pass for one that has it.
   */
  readonly in: (tier: T) => SelectedSubnets = tier => this.vpc.selectSubnets({ subnetGroupName: tier })
}

/** A network together with a tier that it has. */
export type Placement<T extends PrivateTier> = {
  readonly [K in T]: { readonly network: ThreeTierNetwork<K>; readonly tier: K }
}[T]

/** The subnets that a placement means. */
export function subnetsOf(place: Placement<PrivateTier>): SelectedSubnets {
  // The type says that the two belong together, which the compiler forgets when it looks at each alone.
  const network = place.network as ThreeTierNetwork
  return network.in(place.tier)
}

function reachInside(vpc: Vpc, service: 'ssm'): void {
  const endpoint = vpc.addInterfaceEndpoint(service, {
    service: interfaceServices[service],
    subnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS, onePerAz: true },
  })
  Validations.of(endpoint).acknowledge({
    id: 'AwsSolutions-EC23',
    reason: 'Open to the addresses of the VPC alone, a reference that the rule cannot look into.',
  })
}

/** Of a region that is only named CDK offers two zones; the third is there all the same. */
function zonesOf(scope: Construct, zones: number): { maxAzs: number } | { availabilityZones: string[] } {
  if (Stack.of(scope).availabilityZones.length >= zones) return { maxAzs: zones }
  return { availabilityZones: Array.from({ length: zones }, (_, index) => Fn.select(index, Fn.getAzs())) }
}

const interfaceServices = {
  ssm: InterfaceVpcEndpointAwsService.SSM,
}

const gatewayServices = {
  s3: GatewayVpcEndpointAwsService.S3,
  dynamodb: GatewayVpcEndpointAwsService.DYNAMODB,
}

// Balancers and NAT gateways bring public addresses of their own.
const publicSubnet = (mapPublicIpOnLaunch: boolean): SubnetConfiguration => ({
  name: 'public',
  subnetType: SubnetType.PUBLIC,
  cidrMask: 24,
  mapPublicIpOnLaunch,
})

const privateSubnet = (tier: PrivateTier): SubnetConfiguration => ({
  name: tier,
  subnetType: tier === 'data' ? SubnetType.PRIVATE_ISOLATED : SubnetType.PRIVATE_WITH_EGRESS,
  cidrMask: 24,
})
