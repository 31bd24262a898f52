import { Duration, Validations } from 'aws-cdk-lib'
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager'
import { type IConnectable, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import {
  type ApplicationListener,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  type ApplicationTargetGroup,
  ListenerAction,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { Construct } from 'constructs'
import type { LogBucket } from './log-bucket.ts'
import { type Placement, subnetsOf, type ThreeTierNetwork } from './network.ts'

interface Common {
  /** Where access logs go, under the balancer's path in the stack. */
  readonly logs: LogBucket
  /** Refuse to be deleted until this is switched off. Default false. */
  readonly deletionProtection?: boolean
  /** Its security group, where that is made elsewhere: without rules out, or they stay. Default one of its own. */
  readonly securityGroup?: SecurityGroup
}

interface Public {
  readonly exposure: 'public'
  readonly network: ThreeTierNetwork<never>
  readonly certificate: ICertificate
}

export type LoadBalancerProps =
  /** In the public subnets: port 80 redirects to 443, port 443 forwards. */
  | (Common & Public)
  /**
   * In the private subnets of a tier, for the clients that are let in with `allowFrom`, nobody else: port 80 forwards;
   * with a certificate port 80 redirects to 443, and port 443 forwards. Another port stands for 80 when it is given.
   */
  | (Common &
      Placement<'web' | 'app'> & {
        readonly exposure: 'internal'
        readonly certificate?: ICertificate
        readonly port?: number
      })

/**
 * An application load balancer over all zones. TLS 1.2 and 1.3 only, invalid header fields dropped, access logs on. Its
 * security group opens the listeners' ports and lets out only what goes to its targets.
 */
export class LoadBalancer extends Construct {
  readonly balancer: ApplicationLoadBalancer
  readonly securityGroup: SecurityGroup
  readonly #listener: ApplicationListener
  readonly #ports: readonly number[]

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id)
    const { vpc } = props.network
    this.securityGroup =
      props.securityGroup ??
      new SecurityGroup(this, 'Group', { vpc, description: `${id} load balancer`, allowAllOutbound: false })
    this.balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      vpcSubnets: props.exposure === 'public' ? props.network.public : subnetsOf(props),
      internetFacing: props.exposure === 'public',
      securityGroup: this.securityGroup,
      idleTimeout: Duration.seconds(60),
      dropInvalidHeaderFields: true,
      deletionProtection: props.deletionProtection ?? false,
    })
    this.#log(props.logs)
    this.#ports = portsOf(props)
    this.#listener = props.exposure === 'public' ? this.#listenPublicly(props.certificate) : this.#listenInside(props)
  }

  /** Sends the balancer's requests to a target group; once per balancer. */
  forwardTo(target: ApplicationTargetGroup): void {
    this.#listener.addTargetGroups('Targets', { targetGroups: [target] })
  }

  /** Lets a client reach the ports of an internal balancer. */
  allowFrom(client: IConnectable, description: string): void {
    for (const port of this.#ports) this.balancer.connections.allowFrom(client, Port.tcp(port), description)
  }

  #listenPublicly(certificate: ICertificate): ApplicationListener {
    this.securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(80), 'HTTP from anywhere, redirected')
    this.securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS from anywhere')
    Validations.of(this.securityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'The public entry of a web system: ports 80 and 443 are open to everybody.',
    })
    return this.#listenSecurely(certificate)
  }

  #listenSecurely(certificate: ICertificate): ApplicationListener {
    this.balancer.addListener('Http', {
      port: 80,
      protocol: ApplicationProtocol.HTTP,
      open: false,
      defaultAction: ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
    })
    return this.balancer.addListener('Https', {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      open: false,
      certificates: [certificate],
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
    })
  }

  #listenInside({ certificate, port }: { readonly certificate?: ICertificate; readonly port?: number }) {
    if (certificate) return this.#listenSecurely(certificate)
    return this.balancer.addListener('Http', { port: port ?? 80, protocol: ApplicationProtocol.HTTP, open: false })
  }

  // CDK's own `logAccessLogs` needs a literal region; the attributes and the bucket's policy do not.
  #log(logs: LogBucket): void {
    const prefix = logs.prefixOf(this)
    logs.allowBalancer(prefix)
    this.balancer.setAttribute('access_logs.s3.enabled', 'true')
    this.balancer.setAttribute('access_logs.s3.bucket', logs.bucket.bucketName)
    this.balancer.setAttribute('access_logs.s3.prefix', prefix)
    // Elastic Load Balancing tries the bucket when logging is switched on.
    if (logs.bucket.policy) this.balancer.node.addDependency(logs.bucket.policy)
  }
}

function portsOf(props: LoadBalancerProps): readonly number[] {
  if (props.certificate) return [80, 443]
  return [(props.exposure === 'internal' ? props.port : undefined) ?? 80]
}
