import { Fn } from 'aws-cdk-lib'
import {
  type CfnNatGateway,
  FlowLogDestination,
  IpAddresses,
  type ISubnet,
  type IVpc,
  NatProvider,
  PrivateSubnet,
  type SelectedSubnets,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2'
import { Construct, DependencyGroup } from 'constructs'
import { operationsLog } from './operations-log.ts'

/**
 * A VPC with two public subnets, each with its NAT gateway, and three private ones over three zones that all private tiers
 * share: security groups keep them apart. Instances of the public subnets get public addresses. Traffic is recorded, and the default security group
 * is emptied.
 */
export class SharedNetwork extends Construct {
  readonly vpc: IVpc
  readonly public: SelectedSubnets
  readonly #private: SelectedSubnets

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.0.0.0/16'),
      maxAzs: 2,
      natGateways: 2,
      natGatewayProvider: NatProvider.gateway(),
      restrictDefaultSecurityGroup: true,
      subnetConfiguration: [
        { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: true },
        { name: 'private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
      ],
    })
    vpc.addFlowLog('Flow', {
      destination: FlowLogDestination.toCloudWatchLogs(operationsLog(this, 'FlowLog')),
    })
    this.vpc = vpc
    this.public = vpc.selectSubnets({ subnetGroupName: 'public' })
    this.#private = together([...vpc.privateSubnets, this.#third(vpc)])
  }

  /** The private subnets, whatever runs there. */
  readonly in = (_tier: 'app' | 'data'): SelectedSubnets => this.#private

  /** In a zone of its own; its way out leads through the NAT gateway of the first. */
  #third(vpc: IVpc): ISubnet {
    const subnet = new PrivateSubnet(this, 'privateSubnet3', {
      vpcId: vpc.vpcId,
      availabilityZone: Fn.select(2, Fn.getAzs()),
      cidrBlock: '10.0.4.0/24',
      mapPublicIpOnLaunch: false,
    })
    const [first] = vpc.publicSubnets
    const nat = first?.node.tryFindChild('NATGateway')
    if (!nat) throw new Error(`${this.node.path}: the first public subnet has no NAT gateway`)
    subnet.addDefaultNatRoute((nat as CfnNatGateway).attrNatGatewayId)
    return subnet
  }
}

function together(subnets: readonly ISubnet[]): SelectedSubnets {
  const established = new DependencyGroup()
  for (const subnet of subnets) established.add(subnet.internetConnectivityEstablished)
  return {
    subnets: [...subnets],
    subnetIds: subnets.map(({ subnetId }) => subnetId),
    availabilityZones: subnets.map(({ availabilityZone }) => availabilityZone),
    internetConnectivityEstablished: established,
    hasPublic: false,
    isPendingLookup: false,
  }
}
