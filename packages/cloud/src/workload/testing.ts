import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Clock, systemClock } from '@terrace/kit'
import type {
  ArchitectureNode,
  DirectoryImage,
  ImageProcess,
  Machine,
  NginxProcess,
  PostgresProcess,
  WorkloadProcess,
} from '@terrace/model'
import { openAuthority } from '../certificates/authority.ts'
import { startTestCloud, type TestCloud } from '../gateway/testing.ts'
import { VpcNetwork } from '../network/vpc-network.ts'
import type { Databases, Network } from '../ports.ts'
import { type Ec2Options, ec2Service } from '../services/ec2/index.ts'
import type { Instances } from '../services/ec2/instances.ts'
import { ecr } from '../services/ecr/index.ts'
import type { Service } from '../services/service.ts'

/** A cloud with instances over a hand-built architecture, for tests. */
export interface Ec2Cloud extends TestCloud {
  readonly network: Network
  readonly instances: Instances
}

/** What a test gives. */
export interface Ec2CloudOptions extends Ec2Options {
  readonly nodes: readonly ArchitectureNode[]
  /** Beside EC2 and ECR. */
  readonly services?: readonly Service[]
  /** None by default. */
  readonly databases?: Databases
  readonly clock?: Clock
}

/** Starts EC2 with what it needs: a network, the internal authority, no database. */
export async function startEc2Cloud({
  nodes,
  services = [],
  databases = NO_DATABASES,
  clock,
  ...options
}: Ec2CloudOptions): Promise<Ec2Cloud> {
  const cloud = await startTestCloud({
    nodes,
    services: [surroundingsWith(databases), ...services, ecr, ec2Service(options)],
    ...(clock ? { clock } : {}),
  })
  cloud.world.ports.provide('gateway', cloud.gateway)
  const [network, instances] = await Promise.all([
    cloud.world.ports.need('network'),
    cloud.world.ports.need('instances'),
  ])
  return { ...cloud, network, instances }
}

const NO_DATABASES: Databases = {
  all: [],
  of: id => {
    throw new Error(`there is no database ${id}`)
  },
  finalSnapshots: async () => [],
}

const surroundingsWith = (databases: Databases): Service => ({
  name: 'surroundings',
  emulates: [],
  async start(world) {
    const { architecture, random, folders, clock, journal, ports } = world
    const network = new VpcNetwork({ architecture, random, folder: folders.run, clock, journal })
    const authority = await openAuthority({
      folder: folders.certificates,
      name: 'Terrace internal',
      clock: systemClock,
    })
    ports.provide('network', network)
    ports.provide('internalAuthority', authority)
    ports.provide('databases', databases)
    return { stop: () => network.stop() }
  },
})

/** A folder with files, removed by `remove`. */
export function folderWith(files: Readonly<Record<string, string>>): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'terrace-image-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export const ASSETS = '123456789012.dkr.ecr.us-east-1.amazonaws.com/cdk-assets'

/** An image whose context is a folder: `node main.js` unless another command is given. */
export const imageIn = (directory: string, rest: Partial<DirectoryImage> = {}): DirectoryImage => ({
  kind: 'directory',
  uri: `${ASSETS}:0123456789abcdef`,
  directory,
  from: 'node:24-slim',
  command: ['node', 'main.js'],
  entryPoint: [],
  environment: {},
  labels: {},
  workingDirectory: '/srv/api',
  runDirectory: directory,
  copies: [{ source: directory, target: '/srv/api' }],
  obstacles: [],
  ...rest,
})

/** A process of an image, on port 8000. */
export const imageProcess = (image: ImageProcess['image'], rest: Partial<ImageProcess> = {}): ImageProcess => ({
  kind: 'image',
  name: 'api',
  image,
  port: 8000,
  environment: {},
  secrets: {},
  files: [],
  restart: 'always',
  ...rest,
})

/** NGINX on port 80. */
export const nginxProcess = (configuration: string, rest: Partial<NginxProcess> = {}): NginxProcess => ({
  kind: 'nginx',
  name: 'web',
  configuration,
  port: 80,
  files: [],
  restart: 'always',
  ...rest,
})

/** PostgreSQL on port 5432, with its data in `/data/postgres` and its password in a secret. */
export const postgresProcess = (rest: Partial<PostgresProcess> = {}): PostgresProcess => ({
  kind: 'postgres',
  name: 'database',
  version: '16',
  database: 'quiz',
  username: 'quiz',
  password: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:quiz-a1b2c3',
  data: '/data/postgres',
  port: 5432,
  files: [],
  restart: 'always',
  ...rest,
})

/** A t2.micro in the group `app` of `threeTiers`, with these processes. */
export const machineWith = (processes: readonly WorkloadProcess[], rest: Partial<Machine> = {}): Machine => ({
  imageId: 'ami-0123456789abcdef0',
  instanceType: 't2.micro',
  securityGroups: ['app'],
  imdsv2Required: true,
  metadataHopLimit: 2,
  detailedMonitoring: true,
  userData: '#!/bin/bash\n',
  workload: { processes },
  ...rest,
})

/** Asks a listener on a Unix socket. */
export function ask(
  socketPath: string,
  path = '/',
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, headers, agent: false })
    sent.once('error', reject)
    sent.once('response', response => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', chunk => {
        body += chunk
      })
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.end()
  })
}
