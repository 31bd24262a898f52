import {
  AutoScaledService,
  COLLECTOR_ENDPOINT,
  COLLECTOR_IMAGE,
  ContainerImage,
  collectorEnvironment,
  LoadBalancer,
  nginxStore,
  operationsAlarm,
  type Process,
  type Processes,
  secureParameter,
} from '@terrace/constructs'
import { CfnOutput, CfnParameter, Duration, Stack, type StackProps } from 'aws-cdk-lib'
import { HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets'
import type { Construct } from 'constructs'
import { DEFAULT_SCALING, type ShopAssets, type ShopOptions } from '../props.ts'
import type { DatabaseStack } from './database.ts'
import { createTables } from './mistakes/create-tables-process.ts'
import type { NetworkingStack } from './networking.ts'
import { SECURE_PARAMETERS } from './parameters.ts'
import { API_PORT, WEB_PORT, WORKER_PORT } from './ports.ts'
import type { SecurityStack } from './security.ts'
import { containerUsers, nginxUsers } from './users.ts'

const SITE_ROOT = '/srv/site'
const INSTANCE_TYPE = 't3.micro'

export type ComputeProps = StackProps &
  ShopAssets &
  Required<Pick<ShopOptions, 'mistake' | 'deletionProtection'>> &
  Pick<ShopOptions, 'scaling'> & {
    readonly networking: NetworkingStack
    readonly security: SecurityStack
    readonly database: DatabaseStack
  }

/** What runs: public balancer → NGINX → internal balancer → API and worker, over two zones, with their alarms. */
export class ComputeStack extends Stack {
  readonly #props: ComputeProps
  readonly #publicUrl: string

  constructor(scope: Construct, id: string, props: ComputeProps) {
    super(scope, id, { description: 'Shop 4/4: balancers and instances', ...props })
    this.#props = props
    const { names, domainName } = props.networking
    this.#publicUrl = `https://${domainName}${this.#parameter('PublicPortSuffix', '', 'Empty on AWS; ":4430" where a port stands for 443')}`

    const inner = this.#balancer('ApiBalancer')
    const app = this.#appTier(inner)
    const outer = this.#balancer('WebBalancer')
    const web = this.#webTier(outer, inner)
    names.pointApex(new LoadBalancerTarget(outer.balancer), this)
    this.#watch('App', app, inner)
    this.#watch('Web', web, outer)
    new CfnOutput(this, 'StoreUrl', { value: this.#publicUrl, description: 'The store' })
  }

  /** NGINX: the store's files, the pictures as long as they are fresh, everything else from the API. */
  #webTier(behind: LoadBalancer, api: LoadBalancer): AutoScaledService {
    const { networking, security, scaling = DEFAULT_SCALING, site } = this.#props
    const published = networking.site.publish({ directory: site }, undefined, this)
    const web = new AutoScaledService(this, 'Web', {
      network: networking.network,
      tier: 'web',
      behind,
      scaling,
      instanceType: INSTANCE_TYPE,
      identity: security.web,
      users: nginxUsers,
      serves: 'web',
      processes: {
        web: {
          kind: 'nginx',
          port: WEB_PORT,
          files: [{ bucket: networking.site.bucket, key: '', path: SITE_ROOT }],
          configuration: nginxStore({
            root: SITE_ROOT,
            port: WEB_PORT,
            apiBalancer: api.balancer.loadBalancerDnsName,
            cached: ['/api/pictures/'],
          }),
        },
      },
    })
    web.startAfter(published)
    return web
  }

  /** API and worker, one image in two roles, side by side on each instance, with a collector of their traces. */
  #appTier(behind: LoadBalancer): AutoScaledService {
    const { networking, security, scaling = DEFAULT_SCALING, mistake } = this.#props
    const image = new ContainerImage(this, 'ApiImage', { directory: this.#props.api })
    const processes: Processes & { readonly api: Process } = {
      ...(mistake === 'schema-race' && {
        tables: createTables(this, this.#props.createTables, this.#databaseAccess()),
      }),
      api: { kind: 'image', image, port: API_PORT, ...this.#apiSettings() },
      worker: { kind: 'image', image, port: WORKER_PORT, ...this.#workerSettings() },
      collector: { kind: 'helper', image: COLLECTOR_IMAGE, environment: collectorEnvironment(this) },
    }
    return new AutoScaledService(this, 'App', {
      network: networking.network,
      tier: 'app',
      behind,
      scaling,
      instanceType: INSTANCE_TYPE,
      identity: security.app,
      users: containerUsers('api', 'worker', 'collector'),
      serves: 'api',
      processes,
      // An API that runs is not yet one that can serve.
      ...(mistake === 'not-ready' && { healthPath: '/livez', healthGrace: Duration.seconds(0) }),
    })
  }

  #apiSettings() {
    const { orders, pictures, domainName } = this.#props.networking
    const { environment, secrets } = this.#workerSettings()
    const { MAIL_FROM: _from, MAIL_TEMPLATE: _template, ...shared } = environment
    return {
      environment: {
        ...shared,
        SHOP_ROLE: 'api',
        ORDER_DEAD_LETTER_QUEUE_URL: orders.deadLetters.queueUrl,
        PICTURES_BUCKET: pictures.bucket.bucketName,
        OPERATOR_EMAIL: `operator@${domainName}`,
        STOCK_PER_PRODUCT: this.#parameter('StockPerProduct', '10', 'What each product has in stock at first'),
        TRUSTED_PROXIES: '3',
      },
      secrets: {
        ...secrets,
        SESSION_SECRET: secureParameter(this, SECURE_PARAMETERS.sessionSecret),
        OPERATOR_PASSWORD: secureParameter(this, SECURE_PARAMETERS.operatorPassword),
      },
    }
  }

  #workerSettings() {
    const { environment, secrets } = this.#databaseAccess()
    const { orders, mail, domainName } = this.#props.networking
    return {
      environment: {
        SHOP_ROLE: 'worker',
        AWS_REGION: this.region,
        ...environment,
        ORDER_QUEUE_URL: orders.queue.queueUrl,
        MAIL_FROM: `orders@${domainName}`,
        MAIL_TEMPLATE: mail.template,
        PUBLIC_URL: this.#publicUrl,
        OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR_ENDPOINT,
      },
      secrets,
    }
  }

  #databaseAccess() {
    const { database, databaseName } = this.#props.database
    return {
      environment: {
        DATABASE_HOST: database.host,
        DATABASE_NAME: databaseName,
        DATABASE_USERNAME: database.username,
      },
      secrets: { DATABASE_PASSWORD: secureParameter(this, SECURE_PARAMETERS.databasePassword) },
    }
  }

  #balancer(id: 'WebBalancer' | 'ApiBalancer'): LoadBalancer {
    const { networking, security, deletionProtection } = this.#props
    const { network, logs, names } = networking
    const common = { network, logs, deletionProtection }
    return id === 'WebBalancer'
      ? new LoadBalancer(this, id, {
          ...common,
          exposure: 'public',
          certificate: names.certificate,
          securityGroup: security.webBalancer,
        })
      : new LoadBalancer(this, id, {
          ...common,
          exposure: 'internal',
          tier: 'app',
          securityGroup: security.apiBalancer,
        })
  }

  #watch(tier: string, { targets }: AutoScaledService, { balancer }: LoadBalancer): void {
    const period = Duration.minutes(1)
    operationsAlarm(this, `${tier}Unhealthy`, {
      description: `An instance of the ${tier.toLowerCase()} tier has been unhealthy for five minutes: replacing it did not help`,
      metric: targets.metrics.unhealthyHostCount({ period, statistic: 'Maximum' }),
      from: 1,
      minutes: 5,
    })
    operationsAlarm(this, `${tier}Failing`, {
      description: `The ${tier.toLowerCase()} tier answers with errors of its own`,
      metric: targets.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period }),
      from: 10,
      minutes: 3,
    })
    operationsAlarm(this, `${tier}Unreachable`, {
      description: `The balancer of the ${tier.toLowerCase()} tier finds nobody to ask`,
      metric: balancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, { period }),
      from: 10,
      minutes: 3,
    })
  }

  #parameter(id: string, value: string, description: string): string {
    return new CfnParameter(this, id, { default: value, description }).valueAsString
  }
}
