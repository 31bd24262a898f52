import { type Duration, Validations } from 'aws-cdk-lib'
import { type Connections, type IConnectable, type ISubnet, type IVpc, Peer, Port } from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import { instanceIdentity } from './instance-identity.ts'
import { singleInstance } from './single-instance.ts'

export interface BastionProps {
  readonly vpc: IVpc
  /** A public subnet. */
  readonly subnet: ISubnet
  /** The addresses that may use SSH, as a CIDR block such as `203.0.113.10/32`; may be a template parameter. */
  readonly operators: string
  /** EC2 type, x86-64. Default `t3.micro`. */
  readonly instanceType?: string
  /** The package with the client of the database. Default `mariadb105`, which is MySQL's. */
  readonly client?: 'mariadb105' | 'postgresql16'
  /** It terminates itself after this long without a session. Default never. */
  readonly endWhenUnused?: Duration
}

/**
 * A small instance that runs nothing and has the client of a database: the way to a private database for people. SSH is open to one
 * configured address, and to keys that EC2 Instance Connect brings for a minute; no key stays. Session Manager needs no
 * open port at all, and is the better way. It reaches what lets it in by `allowFrom`.
 */
export class Bastion extends Construct implements IConnectable {
  readonly connections: Connections
  readonly instanceId: string

  constructor(scope: Construct, id: string, props: BastionProps) {
    super(scope, id)
    const identity = instanceIdentity(this, props.vpc)
    this.connections = identity.securityGroup.connections
    identity.securityGroup.addIngressRule(Peer.ipv4(props.operators), Port.tcp(22), 'SSH from the operators')
    Validations.of(identity.securityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason:
        'The block is a parameter, which the rule cannot look into; the parameter takes one address, never everybody.',
    })
    this.instanceId = singleInstance(this, 'Host', {
      vpc: props.vpc,
      subnet: props.subnet,
      identity,
      label: id.toLowerCase(),
      processes: {},
      before: `until dnf install -y -q ${props.client ?? 'mariadb105'}; do sleep 5; done\n`,
      ...(props.instanceType !== undefined && { instanceType: props.instanceType }),
      ...(props.endWhenUnused && { endWhenUnused: props.endWhenUnused }),
    }).instanceId
  }
}
