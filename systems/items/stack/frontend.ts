import {
  AutoScaledService,
  COLLECTOR_ENDPOINT,
  COLLECTOR_IMAGE,
  collectorEnvironment,
  INSTANCE_CERTIFICATE,
  instanceIdentity,
  LoadBalancer,
  type LogBucket,
  type NamesAndCertificate,
  nginxApp,
  type Processes,
  S3Endpoint,
  SiteBucket,
  type ThreeTierNetwork,
} from '@terrace/constructs'
import { Duration, FileSystem, Stack } from 'aws-cdk-lib'
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets'
import { Construct } from 'constructs'
import type { Environment } from '../environments/environment.ts'
import { agent } from './agent.ts'
import type { Api } from './api.ts'
import { FRONTEND_PORT, FRONTEND_READY_PORT, SITE_ROOT, type SystemNames } from './names.ts'

export interface FrontendProps {
  readonly network: ThreeTierNetwork<'web' | 'app'>
  readonly environment: Environment
  readonly names: SystemNames
  readonly domain: NamesAndCertificate
  readonly logs: LogBucket
  /** Folder of the built site. */
  readonly site: string
  readonly api: Api
}

/**
 * `app.<domain>` and the domain itself: public balancer → NGINX on EC2 in private subnets, which serves the site and
 * carries the browser's calls to the API's internal name. TLS on every step.
 *
 * Each release of the site has a folder of its own in the bucket, and its name stands in the launch template: an instance
 * that starts while another version is rolled out is as old or as new as its template says. Files with hashed names are
 * beside that in one folder for all releases, so that a page of the last one still finds its parts.
 */
export class Frontend extends Construct {
  readonly balancer: LoadBalancer
  readonly service: AutoScaledService
  readonly metricsNamespace: string

  constructor(scope: Construct, id: string, props: FrontendProps) {
    super(scope, id)
    const { network, environment, names, domain, logs, api } = props
    this.metricsNamespace = `${names.stack}/frontend`
    this.balancer = new LoadBalancer(this, 'Balancer', {
      exposure: 'public',
      network,
      certificate: domain.certificate,
      logs,
      deletionProtection: environment.deletionProtection,
    })
    const files = new SiteBucket(this, 'Site', { logs })
    const release = `releases/${FileSystem.fingerprint(props.site).slice(0, 16)}`
    const published = [
      files.publish({ directory: props.site, under: release }),
      files.publish({ directory: props.site, only: 'assets' }),
    ]
    const way = new S3Endpoint(this, 'S3', { network, tiers: ['web', 'app'], reads: [files.bucket] })

    const identity = instanceIdentity(this, network.vpc)
    identity.role.allowTracing()
    this.service = new AutoScaledService(this, 'Service', {
      network,
      tier: 'web',
      behind: this.balancer,
      scaling: environment.frontend.scaling,
      instanceType: environment.frontend.instanceType,
      identity,
      label: names.frontend,
      tlsPort: FRONTEND_PORT,
      // While two versions are out, a page and its parts come from the same one.
      stickiness: Duration.hours(1),
      serves: 'web',
      processes: this.#processes(props, files, release),
      agent: agent(this.metricsNamespace),
      launchHook: {
        name: 'serves',
        groupName: names.frontend,
        heartbeat: Duration.minutes(10),
        defaultResult: 'ABANDON',
      },
      rollout: 'elsewhere',
    })
    this.service.startAfter(...published, way, api.name)
    api.balancer.allowFrom(this.service, 'NGINX to the API')

    const target = new LoadBalancerTarget(this.balancer.balancer)
    domain.pointApex(target)
    domain.point('app', target)
  }

  #processes({ environment, names, api }: FrontendProps, files: SiteBucket, release: string) {
    return {
      web: {
        kind: 'nginx',
        port: FRONTEND_READY_PORT,
        files: [
          { bucket: files.bucket, key: `${release}/`, path: SITE_ROOT },
          { bucket: files.bucket, key: 'assets/', path: `${SITE_ROOT}/assets` },
        ],
        configuration: nginxApp({
          root: SITE_ROOT,
          readyPort: FRONTEND_READY_PORT,
          tlsPort: FRONTEND_PORT,
          certificate: INSTANCE_CERTIFICATE,
          api: api.name.name,
          settings: { environment: environment.name, traceSampling: environment.tracedPart },
          collector: COLLECTOR_ENDPOINT,
          traces: { service: names.frontend, percent: environment.tracedPart * 100 },
        }),
      },
      collector: { kind: 'helper', image: COLLECTOR_IMAGE, environment: collectorEnvironment(Stack.of(this)) },
    } as const satisfies Processes
  }
}
