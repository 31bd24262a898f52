import {
  ContainerImage,
  FargateService,
  LoadBalancer,
  type LogBucket,
  type NamesAndCertificate,
  PrivateName,
  pushedImage,
  RotatedSecret,
  type RunnableImage,
  type ThreeTierNetwork,
} from '@terrace/constructs'
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets'
import { Construct } from 'constructs'
import type { ItemsAssets, ItemsOptions } from '../props.ts'
import type { ItemsTable } from './items-table.ts'
import { API_HEALTH_PATH, API_PORT, type SystemNames } from './names.ts'

export interface ApiProps extends ItemsOptions, Pick<ItemsAssets, 'api' | 'rotation'> {
  readonly network: ThreeTierNetwork<'app'>
  readonly names: SystemNames
  readonly domain: NamesAndCertificate
  readonly logs: LogBucket
  readonly table: ItemsTable
  /** Origins of the pages that may change something. */
  readonly origins: readonly string[]
}

/** `api.<domain>`, known in the VPC alone: internal balancer → tasks on Fargate → table. TLS on every step. */
export class Api extends Construct {
  readonly name: PrivateName
  readonly balancer: LoadBalancer
  readonly service: FargateService
  /** Signs the cursors of lists. */
  readonly cursorKey: RotatedSecret

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id)
    const { network, domain, logs, environment, table } = props
    this.balancer = new LoadBalancer(this, 'Balancer', {
      exposure: 'internal',
      network,
      tier: 'app',
      certificate: domain.certificate,
      logs,
      deletionProtection: environment.deletionProtection,
    })
    this.name = new PrivateName(this, 'Name', {
      vpc: network.vpc,
      name: `api.${domain.domainName}`,
      target: new LoadBalancerTarget(this.balancer.balancer),
    })
    this.cursorKey = new RotatedSecret(this, 'CursorKey', {
      description: 'Signs the cursors of lists, the same for all tasks',
      code: props.rotation,
      everyDays: environment.rotationDays,
    })
    this.service = this.#service(props)
    this.cursorKey.secret.grantRead(this.service)
    table.allow(this.service)
    // A task that finds no way to its table does not become well, and the first deployment would go back.
    this.service.service.node.addDependency(table.way, this.cursorKey)
  }

  #service(props: ApiProps): FargateService {
    const { network, environment, names, table, origins } = props
    return new FargateService(this, 'Service', {
      network,
      tier: 'app',
      behind: this.balancer,
      image: this.#image(props),
      port: API_PORT,
      protocol: 'https',
      healthPath: API_HEALTH_PATH,
      names: { cluster: names.cluster, service: names.service },
      size: environment.api.size,
      scaling: environment.api.scaling,
      collector: true,
      environment: {
        TLS: 'self-signed',
        TABLE_NAME: table.table.tableName,
        // Read again and again by the program itself: a rotation needs no new task.
        CURSOR_SECRET: this.cursorKey.secret.secretArn,
        ALLOWED_ORIGINS: origins.join(','),
        ENVIRONMENT: environment.name,
        VERSION: props.version,
        OTEL_SERVICE_NAME: names.service,
        OTEL_TRACES_SAMPLER_ARG: String(environment.tracedPart),
        METRICS_NAMESPACE: names.stack,
      },
      secrets: {},
    })
  }

  #image({ image, api }: ApiProps): RunnableImage {
    return image === undefined
      ? new ContainerImage(this, 'Image', { directory: api })
      : pushedImage(this, 'PushedImage', image)
  }
}
