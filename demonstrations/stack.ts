import { join } from 'node:path'
import {
  AutoScaledService,
  ContainerImage,
  LoadBalancer,
  LogBucket,
  NamesAndCertificate,
  SiteBucket,
  ThreeTierNetwork,
} from '@terrace/constructs'
import { CfnOutput, CfnParameter, Lazy, Stack } from 'aws-cdk-lib'
import { Port } from 'aws-cdk-lib/aws-ec2'
import type { CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { type CfnPolicy, Policy } from 'aws-cdk-lib/aws-iam'
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import type { Mistake } from './mistakes.ts'

const SERVICE_PORT = 8000
const HEALTH_PORT = 8080

/**
 * A small service behind a balancer, with one mistake that AWS accepts without a word. Its instances answer on one port
 * and tell their health on another, fetch a page from a bucket and read a secret.
 */
export class DemonstrationStack extends Stack {
  constructor(scope: Construct, id: string, { mistake }: { readonly mistake: Mistake }) {
    super(scope, id, { description: `A service with a mistake: ${mistake}` })
    const domainName = new CfnParameter(this, 'DomainName', { default: 'demonstrations.example.com' }).valueAsString
    const network = new ThreeTierNetwork(this, 'Network', { tiers: ['app'] })
    const names = new NamesAndCertificate(this, 'Names', { domainName })
    const logs = new LogBucket(this, 'Logs')
    const balancer = new LoadBalancer(this, 'Balancer', {
      exposure: 'public',
      network,
      certificate: names.certificate,
      logs,
    })
    const pages = new SiteBucket(this, 'Pages', { logs })
    const published = pages.publish({ directory: join(import.meta.dirname, 'pages'), config: {} })
    const image = new ContainerImage(this, 'Image', { directory: join(import.meta.dirname, 'service') })
    const service = new AutoScaledService(this, 'Service', {
      network,
      tier: 'app',
      behind: balancer,
      scaling: { min: 2, desired: 2, max: 4 },
      serves: 'service',
      processes: {
        service: {
          kind: 'image',
          image,
          port: SERVICE_PORT,
          files: [{ bucket: pages.bucket, key: '', path: '/srv/pages' }],
          secrets: { GREETING: new Secret(this, 'Greeting', { description: 'What the service says' }) },
        },
        health: { kind: 'image', image, port: HEALTH_PORT },
      },
    })
    service.startAfter(published)
    checkHealthAt(HEALTH_PORT, service)
    if (mistake === 'forgotten-port') letOutOnly(service, balancer)
    else openHealthPort(service, balancer)
    if (mistake === 'unreadable-secret') forbidSecrets(service)
    if (mistake === 'unreachable-s3') cutOff(network)
    names.pointApex(new LoadBalancerTarget(balancer.balancer))
    new CfnOutput(this, 'Url', { value: `https://${domainName}` })
  }
}

function checkHealthAt(port: number, service: AutoScaledService): void {
  const targets = service.node.findChild('Targets').node.defaultChild as CfnTargetGroup
  targets.healthCheckPort = String(port)
}

function openHealthPort(service: AutoScaledService, balancer: LoadBalancer): void {
  service.connections.allowFrom(balancer.balancer, Port.tcp(HEALTH_PORT), 'Health checks')
}

/** The balancer may ask, the instances don't let it in. */
function letOutOnly(service: AutoScaledService, balancer: LoadBalancer): void {
  for (const group of service.connections.securityGroups) {
    balancer.securityGroup.addEgressRule(group, Port.tcp(HEALTH_PORT), 'Health checks')
  }
}

/** Takes out of the role what lets it read secrets. */
function forbidSecrets(service: AutoScaledService): void {
  for (const policy of service.node.findAll().filter(construct => construct instanceof Policy)) {
    const cfn = policy.node.defaultChild as CfnPolicy
    const { document } = policy
    cfn.policyDocument = Lazy.any({
      produce: () => {
        const whole: { Statement: { Action: string | readonly string[] }[] } = document.toJSON()
        return { ...whole, Statement: whole.Statement.filter(({ Action }) => !String(Action).includes('secrets')) }
      },
    })
  }
}

/** Takes the way out of the private subnets: no NAT, and no endpoint either. */
function cutOff(network: ThreeTierNetwork<'app'>): void {
  for (const subnet of network.vpc.privateSubnets) subnet.node.tryRemoveChild('DefaultRoute')
}
