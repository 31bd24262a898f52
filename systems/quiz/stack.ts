import { join } from 'node:path'
import {
  Bastion,
  LogBucket,
  NamesAndCertificate,
  PostgresDatabase,
  secureParameter,
  ThreeTierNetwork,
} from '@terrace/constructs'
import { CfnOutput, Duration, Fn, Stack, Tags, Validations } from 'aws-cdk-lib'
import type { ISubnet } from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import type { QuizProps } from './props.ts'
import { Cdn } from './stack/cdn.ts'
import { Guard } from './stack/guard.ts'
import { DATABASE, MainInstance } from './stack/main-instance.ts'
import { CUTOUT_PORT, FOLDERS, GATE_PARAMETER, PAGE, SECURE_PARAMETERS } from './stack/names.ts'
import { Notifications } from './stack/notifications.ts'
import { Parameters } from './stack/parameters.ts'
import { RemovalTier } from './stack/removal-tier.ts'
import { TierScaling } from './stack/scaling.ts'
import { Storage } from './stack/storage.ts'

/** A quiz site on one instance, and a tier of its own that removes the background of pictures and must never hurt it. */
export class QuizStack extends Stack {
  readonly #props: QuizProps

  constructor(scope: Construct, id: string, props: QuizProps) {
    super(scope, id, { description: 'Quiz: a site, and an auto-scaled tier that removes backgrounds', ...props })
    this.#props = props
    const { policies = 'shipped', lateLaunch = 'ABANDON', deletionProtection = false } = props
    const parameters = new Parameters(this, 'Parameters')
    const { domainName } = parameters
    const publicUrl = `https://${domainName}${parameters.publicPortSuffix}`

    // Two public and two private subnets; Parameter Store, which all instances ask, has an address inside.
    const network = new ThreeTierNetwork(this, 'Network', {
      tiers: ['app'],
      publicAddresses: true,
      interfaceEndpoints: ['ssm'],
    })
    const names = new NamesAndCertificate(this, 'Names', { domainName })
    const logs = this.#logs()
    const storage = new Storage(this, 'Storage', { logs })
    const notifications = new Notifications(this, 'Notifications', { email: parameters.alarmEmail })

    // The heavy part: internal balancer → instances that remove backgrounds.
    const removal = new RemovalTier(this, 'Removal', {
      network,
      logs,
      image: props.cutout,
      size: parameters.size,
      workingHours: parameters.workingHours,
      lateLaunch,
      deletionProtection,
    })
    new TierScaling(this, 'Scaling', { tier: removal, policies, notifications })
    const guard = new Guard(this, 'Guard', {
      code: props.guard,
      tier: removal,
      topic: notifications.forGuard,
      parameterName: GATE_PARAMETER,
    })

    // browser → CloudFront → NGINX → site → PostgreSQL; pictures and what pages load: browser → CloudFront → bucket.
    const [firstSubnet, secondSubnet] = twoOf(network.public.subnets)
    const database = this.#rds(network)
    const main = new MainInstance(this, 'Main', {
      vpc: network.vpc,
      subnet: secondSubnet,
      names,
      storage,
      site: props.site,
      page: join(props.pages, PAGE),
      image: parameters.mainImage,
      environment: {
        CUTOUT_URL: `http://${removal.host}:${CUTOUT_PORT}`,
        CUTOUT_GATE_PARAMETER: guard.gate.parameterName,
        PUBLIC_URL: publicUrl,
      },
      ...(database && { database: { host: database.host, tls: parameters.databaseTls() } }),
    })
    guard.allowReading(main.role)
    removal.allowFrom(main, 'The site to the removal tier')
    database?.allowFrom(main, 'The site to its database')
    const cdn = new Cdn(this, 'Cdn', {
      names,
      application: main.name,
      bucket: storage.bucket,
      folders: [FOLDERS.static, FOLDERS.media],
      logs,
    })
    main.startAfter(storage.files.publish({ directory: props.pages }, cdn.distribution))
    notifications.tellPeople(...main.alarms, guard.putAside)

    // operator → bastion → database, where that is RDS
    const bastion = new Bastion(this, 'Bastion', {
      vpc: network.vpc,
      subnet: firstSubnet,
      operators: parameters.operators,
      instanceType: 't2.nano',
      client: 'postgresql16',
      endWhenUnused: Duration.minutes(30),
    })
    database?.allowFrom(bastion, 'The bastion to the database')

    this.#tag({ client: parameters.client, project: 'quiz' })
    this.#output('Url', publicUrl, 'The quizzes; their API is at /api')
    this.#output('DistributionId', cdn.distribution.distributionId, 'For invalidations')
    this.#output('BalancerName', removal.host, 'The internal balancer, on port 8000')
    this.#output('NameServers', Fn.join(' ', names.zone.hostedZoneNameServers ?? []), 'For your registrar')
    this.#output('HostedZoneId', names.zone.hostedZoneId, 'The zone of the domain')
    this.#output('BucketName', storage.bucket.bucketName, 'Pictures, dumps, keys')
    this.#output('MainInstanceId', main.instance.instanceId, 'For Session Manager')
    this.#output('BastionId', bastion.instanceId, 'For Session Manager, until it ends itself')
  }

  /** Where the database is not a process of the main instance. */
  #rds(network: ThreeTierNetwork<'app'>): PostgresDatabase | undefined {
    const { database, deletionProtection = false } = this.#props
    if (database !== 'rds') return undefined
    return new PostgresDatabase(this, 'Database', {
      vpc: network.vpc,
      subnets: network.in('app'),
      databaseName: DATABASE.name,
      username: DATABASE.username,
      password: secureParameter(this, SECURE_PARAMETERS.databasePassword),
      deletionProtection,
    })
  }

  #logs(): LogBucket {
    const logs = new LogBucket(this, 'Logs')
    Validations.of(logs).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It holds access logs and nothing else; logs of who reads logs would have no end.',
    })
    return logs
  }

  #tag(tags: Readonly<Record<string, string>>): void {
    // A listener costs nothing, and cfn-lint doesn't know its tags.
    const excludeResourceTypes = ['AWS::ElasticLoadBalancingV2::Listener']
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value, { excludeResourceTypes })
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description })
  }
}

function twoOf(subnets: readonly ISubnet[]): readonly [ISubnet, ISubnet] {
  const [first, second] = subnets
  if (!first || !second) throw new Error('the network has no second public subnet')
  return [first, second]
}
