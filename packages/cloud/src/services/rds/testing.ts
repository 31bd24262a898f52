import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, seconds, seeded, systemClock } from '@terrace/kit'
import type { Architecture, ArchitectureNode, DbInstance, NodeId, Origin, Subnet, Vpc } from '@terrace/model'
import { makeFolders } from '../../folders.ts'
import { makeWorld as makeCloudWorld } from '../../make-world.ts'
import { VpcNetwork } from '../../network/vpc-network.ts'
import type { World } from '../../world.ts'
import type { Service } from '../service.ts'

/** For the tests of this folder: a world with a real network and real processes around one database. */
export interface TestWorld extends World {
  readonly network: VpcNetwork
  /** Ends what still runs and closes the files; the state stays for the next world of the same folder. */
  close(): Promise<void>
}

/** The state folder of a test, and how to remove it with everything in it. */
export async function makeStateFolder(): Promise<{ readonly state: string; remove(): Promise<void> }> {
  const parent = await mkdtemp(join(tmpdir(), 'terrace-rds-'))
  const state = join(parent, 'library')
  const { run } = makeFolders(state)
  return {
    state,
    remove: async () => {
      await rm(parent, { recursive: true, force: true })
      await rm(run, { recursive: true, force: true })
    },
  }
}

export interface WorldOptions {
  /** What `{{resolve:secretsmanager:…}}` stands for; other text stands for itself. */
  readonly secret?: string
  readonly clock?: Clock
}

export function makeWorld(state: string, database: DbInstance, options: WorldOptions = {}): TestWorld {
  const { secret = 'secret', clock = systemClock } = options
  const architecture = architectureWith([VPC, subnet('a', '10.0.1.0/24'), subnet('b', '10.0.2.0/24'), database])
  const world = makeCloudWorld({ architecture, stateFolder: state, clock, random: seeded(1) })
  const { folders, journal, logs, ports, supervisor, zones } = world
  // As the cloud's start does it.
  zones.onChange((zone, up) => (up ? supervisor.endFrozen(zone) : supervisor.freeze(zone)))
  const network = new VpcNetwork({ architecture, random: seeded(1), folder: folders.run, clock, journal })
  ports.provide('network', network)
  ports.provide('secrets', {
    read: async () => secret,
    resolve: async (text: string) => text.replace(/\{\{resolve:secretsmanager:.*\}\}/, () => secret),
  })
  return {
    ...world,
    network,
    async close() {
      await supervisor.stopAll(seconds(10))
      await logs.close()
    },
  }
}

/** What the service needs around it where tests start it with others: the network, and secrets that are `secret`. */
export const surroundings: Service = {
  name: 'surroundings',
  emulates: [],
  async start({ architecture, random, clock, journal, folders, ports }) {
    ports.provide('network', new VpcNetwork({ architecture, random, folder: folders.run, clock, journal }))
    ports.provide('secrets', {
      read: async () => 'secret',
      resolve: async text => text.replace(/\{\{.*\}\}/, 'secret'),
    })
    return { stop: async () => {} }
  },
}

/** The database of the library system, in one zone. */
export function libraryDatabase(overrides: Partial<DbInstance> = {}): DbInstance {
  return {
    id: 'library/Database',
    kind: 'dbInstance',
    origin: originOf('Database', 'AWS::RDS::DBInstance'),
    physicalId: 'library-db',
    tags: {},
    identifier: 'library-db',
    arn: 'arn:aws:rds:us-east-1:123456789012:db:library-db',
    engine: 'mysql',
    engineVersion: '8.0.46',
    instanceClass: 'db.t3.micro',
    multiAz: false,
    zone: 'us-east-1b',
    subnets: ['library/Subneta', 'library/Subnetb'],
    subnetGroup: { name: 'library-subnets', description: 'Two zones' },
    securityGroups: [],
    endpoint: 'library-db.abcdefghijkl.us-east-1.rds.amazonaws.com',
    port: 3306,
    databaseName: 'mydb',
    masterUsername: 'admin',
    masterPassword:
      '{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:123456789012:secret:db:SecretString:password}}',
    publiclyAccessible: false,
    storageGiB: 20,
    storageType: 'gp2',
    encrypted: true,
    // Without it, nothing is saved while a test looks at something else.
    backupRetentionDays: 0,
    deletionProtection: false,
    ...overrides,
  }
}

/** The network of `libraryDatabase`. */
export const VPC: Vpc = {
  id: 'library/Vpc',
  kind: 'vpc',
  origin: originOf('Vpc', 'AWS::EC2::VPC'),
  physicalId: 'vpc-1',
  tags: {},
  cidr: '10.0.0.0/16',
  dnsSupport: true,
  dnsHostnames: true,
}

export function subnet(letter: string, cidr: string): Subnet {
  return {
    id: `library/Subnet${letter}` satisfies NodeId,
    kind: 'subnet',
    origin: originOf(`Subnet${letter}`, 'AWS::EC2::Subnet'),
    physicalId: `subnet-${letter}`,
    tags: {},
    vpc: 'library/Vpc',
    cidr,
    zone: `us-east-1${letter}`,
    mapPublicIpOnLaunch: false,
  }
}

function originOf(logicalId: string, type: string): Origin {
  return { stack: 'library', logicalId, type, place: { file: 'template.json', line: 1 } }
}

const architectureWith = (nodes: readonly ArchitectureNode[]): Architecture => ({
  name: 'library',
  region: 'us-east-1',
  account: '123456789012',
  zones: ['us-east-1a', 'us-east-1b'],
  stacks: [],
  nodes,
  dependencies: [],
  gaps: [],
})
