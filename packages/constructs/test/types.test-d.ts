/** Combinations that must not type-check. The compiler is the judge: an unused expectation is an error. */
import type { Stack } from 'aws-cdk-lib'
import type { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  AutoScaledService,
  type ContainerImage,
  LoadBalancer,
  type LogBucket,
  MySqlDatabase,
  NamesAndCertificate,
  type Process,
  ThreeTierNetwork,
} from '../src/index.ts'

declare const stack: Stack
declare const logs: LogBucket
declare const certificate: Certificate
declare const image: ContainerImage
declare const balancer: LoadBalancer

const network = new ThreeTierNetwork(stack, 'Network')
const withoutData = new ThreeTierNetwork(stack, 'WithoutData', { tiers: ['app'] })
const scaling = { min: 2, desired: 2, max: 3 }

network.in('data')
// @ts-expect-error a tier that this network does not have
withoutData.in('data')
// @ts-expect-error a database needs a data tier
new MySqlDatabase(stack, 'Database', { network: withoutData, databaseName: 'mydb' })
// @ts-expect-error four zones are not offered
new ThreeTierNetwork(stack, 'FourZones', { zones: 4 })
// @ts-expect-error the number of NAT gateways is a named choice
new ThreeTierNetwork(stack, 'NoNat', { nat: 0 })

new LoadBalancer(stack, 'Public', { exposure: 'public', network, logs, certificate })
new LoadBalancer(stack, 'Internal', { exposure: 'internal', network, logs, tier: 'app' })
new LoadBalancer(stack, 'InternalTls', { exposure: 'internal', network, logs, tier: 'app', certificate })
// @ts-expect-error a public balancer needs a certificate
new LoadBalancer(stack, 'NoCertificate', { exposure: 'public', network, logs })
// @ts-expect-error a public balancer stands in the public subnets
new LoadBalancer(stack, 'PublicInTier', { exposure: 'public', network, logs, certificate, tier: 'app' })
// @ts-expect-error access logs are not optional
new LoadBalancer(stack, 'NoLogs', { exposure: 'internal', network, tier: 'app' })

// @ts-expect-error an existing zone is found by its id
new NamesAndCertificate(stack, 'NoId', { domainName: 'example.com', zone: { kind: 'existing' } })
// @ts-expect-error a new zone has no id yet
new NamesAndCertificate(stack, 'NewId', { domainName: 'example.com', zone: { kind: 'new', hostedZoneId: 'Z1' } })

// @ts-expect-error a process is a container or NGINX, not both
export const both: Process = { kind: 'nginx', configuration: '', port: 80, image }
// @ts-expect-error NGINX reads no secrets
export const secretNginx: Process = { kind: 'nginx', configuration: '', port: 80, secrets: {} }
// @ts-expect-error every process has a port
export const portless: Process = { kind: 'image', image }

const processes = { api: { kind: 'image', image, port: 8000 } } as const
new AutoScaledService(stack, 'App', { network, tier: 'app', behind: balancer, scaling, processes, serves: 'api' })
// @ts-expect-error requests go to one of the processes
new AutoScaledService(stack, 'NoWeb', { network, tier: 'app', behind: balancer, scaling, processes, serves: 'web' })
// @ts-expect-error instances do not stand among the databases
new AutoScaledService(stack, 'InData', { network, tier: 'data', behind: balancer, scaling, processes, serves: 'api' })
// @ts-expect-error a group has a size
new AutoScaledService(stack, 'NoSize', { network, tier: 'app', behind: balancer, processes, serves: 'api' })
