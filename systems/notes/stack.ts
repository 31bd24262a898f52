import {
  Bastion,
  ContainerImage,
  FargateService,
  generatedSecret,
  LoadBalancer,
  LogBucket,
  MySqlDatabase,
  NamesAndCertificate,
  ReverseProxy,
  SharedNetwork,
} from '@terrace/constructs'
import { CfnOutput, CfnParameter, Fn, Stack, Validations } from 'aws-cdk-lib'
import type { ISubnet } from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import { DEFAULT_SCALING, type NotesProps } from './props.ts'

/** The one port of the application: balancer → task. */
const APP_PORT = 5000
const DATABASE_NAME = 'notes'

/** Notes on three tiers: NGINX on EC2, containers on Fargate, MySQL on RDS; and a bastion for people. */
export class NotesStack extends Stack {
  readonly #props: NotesProps
  readonly #network: SharedNetwork
  readonly #names: NamesAndCertificate

  constructor(scope: Construct, id: string, props: NotesProps) {
    super(scope, id, { description: 'Notes: NGINX on EC2, containers on Fargate, MySQL on RDS', ...props })
    this.#props = props
    const deletionProtection = props.deletionProtection ?? false
    const domainName = this.#parameter('DomainName', 'notes.example.com', 'Where the notes are')
    const portSuffix = this.#parameter('PublicPortSuffix', '', 'Empty on AWS; ":4430" where a port stands for 443')
    const publicUrl = `https://${domainName}${portSuffix}`

    this.#network = new SharedNetwork(this, 'Network')
    this.#names = new NamesAndCertificate(this, 'Names', { domainName })
    const logs = new LogBucket(this, 'Logs')
    Validations.of(logs).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It holds the balancer’s access logs and nothing else; logs of who reads logs would have no end.',
    })
    const database = new MySqlDatabase(this, 'Database', {
      network: this.#network,
      databaseName: DATABASE_NAME,
      deletionProtection,
    })

    // browser → NGINX → balancer → application → database
    const balancer = new LoadBalancer(this, 'Balancer', {
      exposure: 'internal',
      network: this.#network,
      tier: 'app',
      certificate: this.#names.certificate,
      logs,
      deletionProtection,
    })
    const app = this.#application(balancer, database, publicUrl)
    const front = new ReverseProxy(this, 'Front', {
      vpc: this.#network.vpc,
      subnets: this.#network.public.subnets,
      names: this.#names,
      passesTo: balancer,
    })

    // operator → bastion → database
    const bastion = new Bastion(this, 'Bastion', {
      vpc: this.#network.vpc,
      subnet: this.#firstPublicSubnet(),
      operators: this.#operators(),
    })
    database.allowFrom(bastion, 'The bastion to the database')

    this.#output('Url', publicUrl, 'The notes; their API is at /api/notes')
    this.#output('NameServers', Fn.join(' ', this.#names.zone.hostedZoneNameServers ?? []), 'For your registrar')
    this.#output('HostedZoneId', this.#names.zone.hostedZoneId, 'The zone of the domain')
    this.#output('FrontAddresses', Fn.join(' ', [...front.addresses]), 'The Elastic IPs of NGINX')
    this.#output('DatabaseHost', database.host, 'The writer: the current primary')
    this.#output('DatabaseSecretArn', database.secret.secretArn, 'Its generated credentials')
    this.#output('BastionId', bastion.instanceId, 'For Session Manager')
    this.#output('ServiceName', app.service.serviceName, 'The service of ECS')
  }

  /** The application tier: at least two tasks over the zones, and their way to the database. */
  #application(balancer: LoadBalancer, database: MySqlDatabase, publicUrl: string): FargateService {
    const sessionSecret = generatedSecret(
      this,
      'SessionSecret',
      'Signs the cookies of the notes, the same for all tasks',
    )
    const app = new FargateService(this, 'App', {
      network: this.#network,
      tier: 'app',
      behind: balancer,
      image: new ContainerImage(this, 'Image', { directory: this.#props.app }),
      port: APP_PORT,
      scaling: this.#props.scaling ?? DEFAULT_SCALING,
      environment: { DATABASE_HOST: database.host, DATABASE_NAME, PUBLIC_URL: publicUrl },
      secrets: { DATABASE_SECRET: database.secret, SESSION_SECRET: sessionSecret },
    })
    database.allowFrom(app, 'The application to its database')
    // A task that finds no database does not become ready, and the first deployment would go back.
    app.service.node.addDependency(database.instance)
    return app
  }

  #operators(): string {
    return new CfnParameter(this, 'OperatorAddress', {
      default: '203.0.113.10/32',
      description: 'The one address that may open SSH to the bastion, as a CIDR block',
      allowedPattern: '^([0-9]{1,3}\\.){3}[0-9]{1,3}/32$',
      constraintDescription: 'must be one IPv4 address followed by /32',
    }).valueAsString
  }

  #firstPublicSubnet(): ISubnet {
    const [first] = this.#network.public.subnets
    if (!first) throw new Error('the network has no public subnet')
    return first
  }

  #parameter(id: string, value: string, description: string): string {
    return new CfnParameter(this, id, { default: value, description }).valueAsString
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description })
  }
}
