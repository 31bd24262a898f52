import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import type { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { InstanceRole } from './instance-role.ts'
import { operationsLog } from './operations-log.ts'

/** What a group of instances is to the rest: who reaches it, what it may do, where its words go. */
export interface InstanceIdentity {
  readonly securityGroup: SecurityGroup
  readonly role: InstanceRole
  readonly logGroup: LogGroup
}

/**
 * Makes the identity of a group of instances. It needs nothing of the group, so that it may stand in a stack before:
 * a security group that lets out HTTPS alone, a role for Session Manager and the log group.
 */
export function instanceIdentity(scope: Construct, vpc: IVpc): InstanceIdentity {
  const logGroup = operationsLog(scope, 'Log')
  const role = new InstanceRole(scope, 'Instance', { logGroup })
  const securityGroup = new SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: `${scope.node.id} instances`,
    allowAllOutbound: false,
  })
  securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS services and packages')
  return { securityGroup, role, logGroup }
}
