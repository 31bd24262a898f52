import { Stack, Validations } from 'aws-cdk-lib'
import { CfnEIP, type Connections, type IConnectable, type ISubnet, type IVpc, Peer, Port } from 'aws-cdk-lib/aws-ec2'
import { CfnHealthCheck, CfnRecordSet } from 'aws-cdk-lib/aws-route53'
import { Construct } from 'constructs'
import { type InstanceIdentity, instanceIdentity } from './instance-identity.ts'
import type { LoadBalancer } from './load-balancer.ts'
import type { NamesAndCertificate } from './names.ts'
import { allowProofByDns } from './prove-by-dns.ts'
import { singleInstance } from './single-instance.ts'
import { nginxFront } from './site/nginx-front.ts'
import { certbotScript } from './workload/certbot.ts'

export interface ReverseProxyProps {
  readonly vpc: IVpc
  /** Public subnets, one in each zone that gets an NGINX. */
  readonly subnets: readonly ISubnet[]
  /** The domain that leads here. */
  readonly names: NamesAndCertificate
  /** An internal balancer with the domain's certificate. */
  readonly passesTo: LoadBalancer
  /** EC2 type, x86-64. Default `t3.micro`. */
  readonly instanceType?: string
}

/**
 * NGINX on EC2 as the public entrance: in each zone one instance with an Elastic IP, all of them under one name. It ends
 * TLS with a certificate of Let's Encrypt and passes everything on to an internal balancer.
 *
 * The name has a record for each address, and each record a health check: Route 53 leaves out an address that has not
 * answered. So the loss of a zone costs the time of one check and of one record's life.
 *
 * @see Route 53 Developer Guide "Multivalue answer routing", "How Amazon Route 53 determines whether a health check is healthy"
 */
export class ReverseProxy extends Construct implements IConnectable {
  readonly connections: Connections
  /** The public addresses, in the order of the subnets. */
  readonly addresses: readonly string[]
  readonly #props: ReverseProxyProps
  readonly #identity: InstanceIdentity

  constructor(scope: Construct, id: string, props: ReverseProxyProps) {
    super(scope, id)
    this.#props = props
    this.#identity = instanceIdentity(this, props.vpc)
    this.connections = this.#identity.securityGroup.connections
    this.#openToEverybody()
    allowProofByDns(this.#identity.role, props.names, props.names.domainName)
    props.passesTo.allowFrom(this, 'NGINX to the application')
    this.addresses = props.subnets.map((subnet, index) => this.#standIn(subnet, String(index + 1)))
  }

  #openToEverybody(): void {
    const { securityGroup } = this.#identity
    securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(80), 'HTTP from anywhere, redirected')
    securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS from anywhere')
    Validations.of(securityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'The public entry of a web system: ports 80 and 443 are open to everybody.',
    })
  }

  #standIn(subnet: ISubnet, number: string): string {
    const { vpc, names, passesTo, instanceType } = this.#props
    const { domainName, zone } = names
    const instance = singleInstance(this, `Nginx${number}`, {
      vpc,
      subnet,
      identity: this.#identity,
      label: `${this.node.id.toLowerCase()}-${number}`,
      ...(instanceType === undefined ? {} : { instanceType }),
      processes: {
        web: {
          kind: 'nginx',
          port: 80,
          configuration: nginxFront({ domainName, balancer: passesTo.balancer.loadBalancerDnsName }),
        },
      },
      before: certbotScript(domainName),
    })
    // The zone answers for the domain when the certificate of ACM is there: only then can certbot prove the name.
    instance.node.addDependency(names.certificate, passesTo.balancer)
    const { ref: address } = new CfnEIP(this, `Address${number}`, { domain: 'vpc', instanceId: instance.instanceId })
    const health = new CfnHealthCheck(this, `Health${number}`, {
      healthCheckConfig: {
        type: 'HTTP',
        ipAddress: address,
        port: 80,
        resourcePath: '/readyz',
        requestInterval: CHECK_SECONDS,
        failureThreshold: 1,
      },
      healthCheckTags: [{ key: 'Name', value: `${Stack.of(this).stackName}-${this.node.id.toLowerCase()}-${number}` }],
    })
    new CfnRecordSet(this, `Record${number}`, {
      hostedZoneId: zone.hostedZoneId,
      name: domainName,
      type: 'A',
      ttl: String(CHECK_SECONDS),
      resourceRecords: [address],
      multiValueAnswer: true,
      setIdentifier: number,
      healthCheckId: health.attrHealthCheckId,
    })
    return address
  }
}

/** The shortest interval of a health check of Route 53; a checker alone never decides, so that one failure is enough. */
const CHECK_SECONDS = 10
