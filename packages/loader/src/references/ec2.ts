import type { IdentityTable, Subject } from './identity.ts'
import { arn, ec2Id, generatedName, nameOf } from './ids.ts'

/**
 * Addresses out of 198.18.0.0/15, which is set aside for tests: an Elastic IP of a model must not be somebody's.
 *
 * @see RFC 2544
 */
function elasticAddress(subject: Subject): string {
  const number = Number.parseInt(subject.characters('address', 5), 16) % 0x1fffe
  return [198, 18 + (number >> 16), (number >> 8) & 255, number & 255].join('.')
}

const securityGroupId = ec2Id('sg')
const eniId = ec2Id('eni')

/** EC2 and VPC. @see "Return values" of each type in the CloudFormation Template Reference */
export const ec2: IdentityTable = {
  'AWS::EC2::VPC': {
    ref: ec2Id('vpc'),
    attributes: {
      VpcId: ec2Id('vpc'),
      CidrBlock: s => s.text('CidrBlock'),
      CidrBlockAssociations: s => [ec2Id('vpc-cidr-assoc')(s)],
      DefaultNetworkAcl: ec2Id('acl'),
      DefaultSecurityGroup: securityGroupId,
      Ipv6CidrBlocks: () => [],
    },
  },
  'AWS::EC2::Subnet': {
    ref: ec2Id('subnet'),
    attributes: {
      SubnetId: ec2Id('subnet'),
      VpcId: s => s.text('VpcId'),
      AvailabilityZone: s => s.text('AvailabilityZone'),
      AvailabilityZoneId: () => undefined,
      CidrBlock: s => s.text('CidrBlock'),
      Ipv6CidrBlocks: () => [],
      NetworkAclAssociationId: ec2Id('aclassoc'),
      OutpostArn: () => undefined,
    },
  },
  'AWS::EC2::InternetGateway': { ref: ec2Id('igw'), attributes: { InternetGatewayId: ec2Id('igw') } },
  'AWS::EC2::VPCGatewayAttachment': {
    ref: s => `${s.has('InternetGatewayId') ? 'IGW' : 'VGW'}|${s.text('VpcId') ?? ''}`,
    attributes: { AttachmentType: s => (s.has('InternetGatewayId') ? 'IGW' : 'VGW') },
  },
  'AWS::EC2::EgressOnlyInternetGateway': { ref: ec2Id('eigw'), attributes: { Id: ec2Id('eigw') } },
  'AWS::EC2::EIP': {
    ref: elasticAddress,
    attributes: { AllocationId: ec2Id('eipalloc'), PublicIp: elasticAddress },
    alsoKnownBy: ['AllocationId'],
  },
  'AWS::EC2::EIPAssociation': { ref: ec2Id('eipassoc'), attributes: { Id: ec2Id('eipassoc') } },
  'AWS::EC2::NatGateway': {
    ref: ec2Id('nat'),
    attributes: {
      NatGatewayId: ec2Id('nat'),
      EniId: eniId,
      RouteTableId: () => undefined,
      AutoProvisionZones: () => undefined,
      AutoScalingIps: () => undefined,
    },
  },
  'AWS::EC2::RouteTable': { ref: ec2Id('rtb'), attributes: { RouteTableId: ec2Id('rtb') } },
  'AWS::EC2::Route': {
    ref: s => `${s.text('RouteTableId') ?? ''}|${routeDestination(s) ?? ''}`,
    attributes: { CidrBlock: routeDestination },
  },
  'AWS::EC2::SubnetRouteTableAssociation': { ref: ec2Id('rtbassoc'), attributes: { Id: ec2Id('rtbassoc') } },
  'AWS::EC2::SecurityGroup': {
    // The name is what identifies a group outside of a VPC, and CloudFormation goes by the property alone.
    ref: s => (s.has('VpcId') ? securityGroupId(s) : nameOf('GroupName')(s)),
    attributes: { GroupId: securityGroupId, Id: securityGroupId, VpcId: s => s.text('VpcId') },
    alsoKnownBy: ['GroupId'],
  },
  'AWS::EC2::SecurityGroupIngress': { ref: ec2Id('sgr'), attributes: { Id: ec2Id('sgr') } },
  'AWS::EC2::SecurityGroupEgress': { ref: ec2Id('sgr'), attributes: { Id: ec2Id('sgr') } },
  'AWS::EC2::NetworkAcl': { ref: ec2Id('acl'), attributes: { Id: ec2Id('acl') } },
  'AWS::EC2::NetworkAclEntry': { ref: generatedName, attributes: { Id: generatedName } },
  'AWS::EC2::SubnetNetworkAclAssociation': {
    ref: ec2Id('aclassoc'),
    attributes: { AssociationId: ec2Id('aclassoc') },
  },
  'AWS::EC2::VPCEndpoint': {
    ref: ec2Id('vpce'),
    attributes: {
      Id: ec2Id('vpce'),
      CreationTimestamp: () => undefined,
      DnsEntries: () => undefined,
      NetworkInterfaceIds: s => s.texts('SubnetIds').map((_, index) => `eni-${s.characters(`eni${index}`, 17)}`),
    },
  },
  'AWS::EC2::FlowLog': { ref: ec2Id('fl'), attributes: { Id: ec2Id('fl') } },
  'AWS::EC2::Instance': {
    ref: ec2Id('i'),
    attributes: {
      InstanceId: ec2Id('i'),
      PrivateIp: s => s.text('PrivateIpAddress'),
      PrivateDnsName: () => undefined,
      PublicDnsName: () => undefined,
      PublicIp: () => undefined,
      VpcId: s => s.other('AWS::EC2::Subnet', s.text('SubnetId') ?? '')?.text('VpcId'),
      AvailabilityZone: s =>
        s.text('AvailabilityZone') ?? s.other('AWS::EC2::Subnet', s.text('SubnetId') ?? '')?.text('AvailabilityZone'),
    },
  },
  'AWS::EC2::LaunchTemplate': {
    ref: ec2Id('lt'),
    attributes: { LaunchTemplateId: ec2Id('lt'), DefaultVersionNumber: () => '1', LatestVersionNumber: () => '1' },
    alsoNamedBy: ['LaunchTemplateName'],
  },
  'AWS::EC2::KeyPair': {
    ref: s => s.text('KeyName') ?? s.logicalId,
    attributes: { KeyPairId: ec2Id('key'), KeyFingerprint: () => undefined },
  },
  'AWS::EC2::Volume': { ref: ec2Id('vol'), attributes: { VolumeId: ec2Id('vol') } },
  'AWS::EC2::NetworkInterface': {
    ref: eniId,
    attributes: {
      Id: eniId,
      PrimaryPrivateIpAddress: s => s.text('PrivateIpAddress'),
      PrimaryIpv6Address: () => undefined,
      SecondaryPrivateIpAddresses: () => undefined,
      VpcId: s => s.other('AWS::EC2::Subnet', s.text('SubnetId') ?? '')?.text('VpcId'),
    },
  },
  'AWS::EC2::PrefixList': {
    ref: ec2Id('pl'),
    attributes: {
      PrefixListId: ec2Id('pl'),
      Arn: s => arn(s, 'ec2', `prefix-list/${ec2Id('pl')(s)}`),
      OwnerId: s => s.account,
      Version: () => '1',
    },
  },
}

function routeDestination(subject: Subject): string | undefined {
  return (
    subject.text('DestinationCidrBlock') ??
    subject.text('DestinationIpv6CidrBlock') ??
    subject.text('DestinationPrefixListId')
  )
}
