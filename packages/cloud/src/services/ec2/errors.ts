import { AwsError } from '../../gateway/errors.ts'

// @see EC2 API Reference, "Error codes for the Amazon EC2 API"

/** The caller may do it, and asked for no more than that. */
export class DryRunOperation extends AwsError {
  constructor() {
    super('DryRunOperation', 412, 'Request would have succeeded, but DryRun flag is set.')
  }
}

/** What kinds of resources are called in the codes and texts of `…NotFound`. */
const KINDS: Readonly<Record<string, readonly [code: string, text: string]>> = {
  instance: ['InvalidInstanceID.NotFound', 'instance ID'],
  vpc: ['InvalidVpcID.NotFound', 'vpc ID'],
  subnet: ['InvalidSubnetID.NotFound', 'subnet ID'],
  routeTable: ['InvalidRouteTableID.NotFound', 'routeTable ID'],
  internetGateway: ['InvalidInternetGatewayID.NotFound', 'internetGateway ID'],
  natGateway: ['NatGatewayNotFound', 'Nat Gateway'],
  networkAcl: ['InvalidNetworkAclID.NotFound', 'networkAcl ID'],
  securityGroup: ['InvalidGroup.NotFound', 'security group'],
  securityGroupRule: ['InvalidSecurityGroupRuleId.NotFound', 'security group rule ID'],
  networkInterface: ['InvalidNetworkInterfaceID.NotFound', 'networkInterface ID'],
  volume: ['InvalidVolume.NotFound', 'volume'],
  vpcEndpoint: ['InvalidVpcEndpointId.NotFound', 'Vpc Endpoint Id'],
  address: ['InvalidAllocationID.NotFound', 'allocation ID'],
  flowLog: ['InvalidFlowLogId.NotFound', 'flow log ID'],
  launchTemplate: ['InvalidLaunchTemplateId.NotFound', 'launch template'],
  instanceType: ['InvalidInstanceType', 'instance type'],
  image: ['InvalidAMIID.NotFound', 'image id'],
  zone: ['InvalidParameterValue', 'availability zone'],
  region: ['InvalidParameterValue', 'region'],
}

export type ResourceKind = keyof typeof KINDS

/** An id of an instance that no instance can have. @see "Error codes for the Amazon EC2 API" */
export class MalformedInstanceId extends AwsError {
  constructor(id: string) {
    super('InvalidInstanceID.Malformed', 400, `Invalid id: "${id}"`)
  }
}

/** An id of an image that no image can have. */
export class MalformedImageId extends AwsError {
  constructor(id: string) {
    super('InvalidAMIID.Malformed', 400, `Invalid id: "${id}"`)
  }
}

/** A resource that is asked for by its id isn't there. */
export class NotFound extends AwsError {
  constructor(kind: string, ids: readonly string[]) {
    const [code, text] = KINDS[kind] ?? ['InvalidID', 'ID']
    const quoted = ids.join(', ')
    const one = kind === 'image' ? `[${quoted}]` : quoted
    super(code, 400, ids.length === 1 ? `The ${text} '${one}' does not exist` : `The ${text}s '${quoted}' do not exist`)
  }
}

/** An instance is in a state in which this can't be done. */
export class IncorrectInstanceState extends AwsError {
  constructor(id: string, what: string) {
    super('IncorrectInstanceState', 400, `The instance '${id}' is not in a state from which it can be ${what}.`)
  }
}

export class InsufficientInstanceCapacity extends AwsError {
  constructor(message: string) {
    super('InsufficientInstanceCapacity', 500, message)
  }
}

export class InsufficientFreeAddresses extends AwsError {
  constructor(message: string) {
    super('InsufficientFreeAddressesInSubnet', 400, message)
  }
}

export class InvalidParameterValue extends AwsError {
  constructor(message: string) {
    super('InvalidParameterValue', 400, message)
  }
}

export class InvalidParameterCombination extends AwsError {
  constructor(message: string) {
    super('InvalidParameterCombination', 400, message)
  }
}

export class MissingParameter extends AwsError {
  constructor(name: string) {
    super('MissingParameter', 400, `The request must contain the parameter ${name}`)
  }
}

export class InvalidPermissionDuplicate extends AwsError {
  constructor(rule: string) {
    super('InvalidPermission.Duplicate', 400, `the specified rule "${rule}" already exists`)
  }
}

export class InvalidPermissionNotFound extends AwsError {
  constructor() {
    super('InvalidPermission.NotFound', 400, 'The specified rule does not exist in this security group.')
  }
}

export class NetworkAclEntryAlreadyExists extends AwsError {
  constructor(number: number) {
    super('NetworkAclEntryAlreadyExists', 400, `The network acl entry identified by ${number} already exists.`)
  }
}

export class NetworkAclEntryNotFound extends AwsError {
  constructor(acl: string, number: number) {
    super(
      'InvalidNetworkAclEntry.NotFound',
      400,
      `The network acl entry identified by rule number '${number}' does not exist in network acl '${acl}'`,
    )
  }
}

export class RouteAlreadyExists extends AwsError {
  constructor(destination: string) {
    super('RouteAlreadyExists', 400, `The route identified by ${destination} already exists.`)
  }
}

export class RouteNotFound extends AwsError {
  constructor(table: string, destination: string) {
    super('InvalidRoute.NotFound', 400, `no route with destination-cidr-block ${destination} in route table ${table}`)
  }
}
