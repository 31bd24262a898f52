import {
  AutoScaledService,
  ContainerImage,
  LoadBalancer,
  LogBucket,
  MySqlDatabase,
  NamesAndCertificate,
  nginxSite,
  type Scaling,
  SiteBucket,
  StaticSite,
  ThreeTierNetwork,
} from '@terrace/constructs'
import { CfnOutput, CfnParameter, Fn, Stack } from 'aws-cdk-lib'
import { CloudFrontTarget, LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets'
import type { Construct } from 'constructs'
import { DEFAULT_SCALING, type LibraryProps } from './props.ts'

const API_PORT = 8000
const WEB_PORT = 80
const DATABASE_NAME = 'mydb'
const SITE_ROOT = '/srv/site'

/** Library management on three tiers over two availability zones: page, application, database. */
export class LibraryStack extends Stack {
  readonly #props: LibraryProps
  readonly #siteHost: string
  readonly #apiHost: string
  readonly #network: ThreeTierNetwork
  readonly #names: NamesAndCertificate
  readonly #logs: LogBucket
  readonly #database: MySqlDatabase

  constructor(scope: Construct, id: string, props: LibraryProps) {
    super(scope, id, { description: 'Library management on three tiers over two availability zones', ...props })
    this.#props = props

    const domainName = this.#parameter('DomainName', 'library.example.com', 'The site; the API is at app. below it')
    const portSuffix = this.#parameter('PublicPortSuffix', '', 'Empty on AWS; ":4430" where a port stands for 443')
    this.#siteHost = `${domainName}${portSuffix}`
    this.#apiHost = `app.${domainName}${portSuffix}`

    this.#network = new ThreeTierNetwork(this, 'Network')
    this.#names = new NamesAndCertificate(this, 'Names', { domainName })
    this.#logs = new LogBucket(this, 'Logs')
    this.#database = new MySqlDatabase(this, 'Database', {
      network: this.#network,
      databaseName: DATABASE_NAME,
      deletionProtection: props.deletionProtection ?? false,
    })

    if (props.entry === 'cdn') this.#enterByCdn(portSuffix, props.firewall)
    else this.#enterByWebTier(domainName, props.webScaling)

    this.#output('SiteUrl', `https://${this.#siteHost}`, 'The page')
    this.#output('ApiUrl', `https://${this.#apiHost}`, 'The API; its documentation is at /docs')
    this.#output('NameServers', Fn.join(' ', this.#names.zone.hostedZoneNameServers ?? []), 'For your registrar')
    this.#output('HostedZoneId', this.#names.zone.hostedZoneId, 'The zone of the domain')
    this.#output('DatabaseHost', this.#database.host, 'The current primary')
    this.#output('DatabaseSecretArn', this.#database.secret.secretArn, 'Its generated credentials')
  }

  /** browser → CloudFront → bucket; browser → balancer → application → database */
  #enterByCdn(portSuffix: string, firewall: 'none' | 'managed' = 'none'): void {
    const site = new StaticSite(this, 'Site', {
      content: this.#siteContent(),
      names: this.#names,
      logs: this.#logs,
      connectTo: [this.#apiHost],
      firewall,
    })
    const balancer = this.#publicBalancer('ApiBalancer')
    this.#apiBehind(balancer, [this.#siteHost, `${site.distribution.distributionDomainName}${portSuffix}`])
    this.#names.pointApex(new CloudFrontTarget(site.distribution))
    this.#names.point('app', new LoadBalancerTarget(balancer.balancer))
    this.#output('DistributionDomainName', site.distribution.distributionDomainName, "The page at CloudFront's name")
    this.#output('SiteBucketName', site.bucket.bucketName, 'The built site')
  }

  /** browser → public balancer → NGINX → internal balancer → application → database */
  #enterByWebTier(domainName: string, webScaling: Scaling = DEFAULT_SCALING): void {
    const inner = new LoadBalancer(this, 'ApiBalancer', { exposure: 'internal', tier: 'app', ...this.#balancing() })
    this.#apiBehind(inner, [this.#siteHost])

    const files = new SiteBucket(this, 'Site', { logs: this.#logs })
    const published = files.publish(this.#siteContent())
    const outer = this.#publicBalancer('WebBalancer')
    const web = new AutoScaledService(this, 'Web', {
      network: this.#network,
      tier: 'web',
      behind: outer,
      scaling: webScaling,
      serves: 'web',
      processes: {
        web: {
          kind: 'nginx',
          port: WEB_PORT,
          files: [{ bucket: files.bucket, key: '', path: SITE_ROOT }],
          configuration: nginxSite({
            root: SITE_ROOT,
            port: WEB_PORT,
            apiName: `app.${domainName}`,
            apiBalancer: inner.balancer.loadBalancerDnsName,
            connectTo: [this.#apiHost],
          }),
        },
      },
    })
    web.startAfter(published)
    inner.allowFrom(web, 'NGINX to the API')
    this.#names.pointApex(new LoadBalancerTarget(outer.balancer))
    this.#names.point('app', new LoadBalancerTarget(outer.balancer))
    this.#output('SiteBucketName', files.bucket.bucketName, 'The built site')
  }

  /** The application tier: the API in a container, and its way to the database. */
  #apiBehind(balancer: LoadBalancer, siteHosts: readonly string[]): void {
    const app = new AutoScaledService(this, 'App', {
      network: this.#network,
      tier: 'app',
      behind: balancer,
      scaling: this.#props.scaling ?? DEFAULT_SCALING,
      instanceType: 't2.micro',
      serves: 'api',
      processes: {
        api: {
          kind: 'image',
          image: new ContainerImage(this, 'ApiImage', { directory: this.#props.api }),
          port: API_PORT,
          environment: {
            DATABASE_HOST: this.#database.host,
            DATABASE_NAME,
            ALLOWED_ORIGINS: siteHosts.map(host => `https://${host}`).join(','),
          },
          secrets: { DATABASE_SECRET: this.#database.secret },
        },
      },
    })
    this.#database.allowFrom(app, 'The application to its database')
  }

  #publicBalancer(id: string): LoadBalancer {
    return new LoadBalancer(this, id, {
      exposure: 'public',
      certificate: this.#names.certificate,
      ...this.#balancing(),
    })
  }

  #balancing() {
    return {
      network: this.#network,
      logs: this.#logs,
      deletionProtection: this.#props.deletionProtection ?? false,
    }
  }

  #siteContent() {
    return { directory: this.#props.site, config: { apiUrl: `https://${this.#apiHost}` } }
  }

  #parameter(id: string, value: string, description: string): string {
    return new CfnParameter(this, id, { default: value, description }).valueAsString
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description })
  }
}
