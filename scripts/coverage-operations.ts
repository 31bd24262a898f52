import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { seeded, systemClock } from '@terrace/kit'
import type { Architecture, NodeKind } from '@terrace/model'
import { openAuthority } from '../packages/cloud/src/certificates/authority.ts'
import { startDataPlane } from '../packages/cloud/src/dataplane/data-plane.ts'
import { membersOf, type ShapeMember } from '../packages/cloud/src/gateway/accepted.ts'
import { isAnnounced, isStreaming } from '../packages/cloud/src/gateway/api.ts'
import { startGateway } from '../packages/cloud/src/gateway/gateway.ts'
import { makeWorld } from '../packages/cloud/src/make-world.ts'
import { VpcNetwork } from '../packages/cloud/src/network/vpc-network.ts'
import { services } from '../packages/cloud/src/services/index.ts'
import {
  BUCKET_OPERATIONS,
  OBJECT_OPERATIONS,
  SERVICE_OPERATIONS,
} from '../packages/cloud/src/services/s3/operations/index.ts'
import type { RunningService } from '../packages/cloud/src/services/service.ts'

/** What one service answers. */
export interface ServiceCoverage {
  readonly name: string
  /** Below `packages/cloud/src/services`. */
  readonly folder: string
  readonly emulates: readonly NodeKind[]
  readonly operations: readonly string[]
  /** Operations that are refused with a reason of their own. */
  readonly refused: Readonly<Record<string, string>>
  /** What its operations take, member by member. */
  readonly members: readonly OperationMember[]
  /** What its README says is accepted without effect, as Markdown; for services that declare no members. */
  readonly withoutEffect: readonly string[]
}

/** A member of an operation's input. */
export interface OperationMember extends ShapeMember {
  readonly operation: string
}

const FOLDER = fileURLToPath(new URL('../packages/cloud/src/services/', import.meta.url))

const NOTHING: Architecture = {
  name: 'coverage',
  region: 'us-east-1',
  account: '123456789012',
  zones: [],
  stacks: [],
  nodes: [],
  dependencies: [],
  gaps: [],
}

/** Starts every service over a template without resources and reads the tables that it registers. */
export async function operationCoverage(): Promise<readonly ServiceCoverage[]> {
  const state = mkdtempSync(join(tmpdir(), 'terrace-coverage-'))
  const world = makeWorld({ architecture: NOTHING, stateFolder: state, clock: systemClock, random: seeded('coverage') })
  const { folders, ports, random, clock, journal } = world
  const dataPlane = startDataPlane(world)
  const gateway = await startGateway(world, { port: 0 })
  const running: RunningService[] = []
  try {
    ports.provide('network', new VpcNetwork({ architecture: NOTHING, random, folder: folders.run, clock, journal }))
    ports.provide('dataPlane', dataPlane)
    ports.provide('gateway', gateway)
    const authority = await openAuthority({ folder: folders.certificates, clock, name: 'Coverage' })
    ports.provide('publicAuthority', authority)
    ports.provide('internalAuthority', authority)
    return await Promise.all(
      services({ embedded: 'allowed' }).map(async ({ name, emulates, start }) => {
        const service = await start(world)
        running.push(service)
        return { name, emulates, ...(await tableOf(service)), ...writtenOf(name) }
      }),
    )
  } finally {
    for (const service of running.reverse()) await service.stop()
    await gateway.stop()
    await dataPlane.stop()
    await world.logs.close()
    for (const folder of [folders.run, state]) rmSync(folder, { recursive: true, force: true })
  }
}

type Table = Pick<ServiceCoverage, 'members' | 'operations' | 'refused'>

async function tableOf({ api: registered }: RunningService): Promise<Table> {
  const api = registered && isAnnounced(registered) ? await registered.load() : registered
  if (!api) return { operations: [], refused: {}, members: [] }
  if (isStreaming(api)) {
    const tables = [SERVICE_OPERATIONS, BUCKET_OPERATIONS, OBJECT_OPERATIONS]
    const members = Object.entries(api.withoutEffect ?? {}).flatMap(([operation, accepted]) =>
      accepted.map(member => ({ operation, ...member })),
    )
    return { operations: tables.flatMap(table => Object.keys(table)).sort(), refused: {}, members }
  }
  const sorted = api.operations.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return {
    operations: sorted.map(({ name }) => name),
    refused: api.refused ?? {},
    members: sorted.flatMap(({ name, input }) => membersOf(input).map(member => ({ operation: name, ...member }))),
  }
}

/** Folders that are not called like the service. */
const FOLDERS: Readonly<Record<string, string>> = { elasticloadbalancing: 'elbv2' }

function writtenOf(name: string): Pick<ServiceCoverage, 'folder' | 'withoutEffect'> {
  const folder = FOLDERS[name] ?? name.replaceAll('-', '')
  const file = join(FOLDER, folder, 'README.md')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const sentences = text
    .split(/\n\s*\n/)
    .map(paragraph => /((`[^`]+` (is|are) a|A)ccepted without effect[\s\S]*)/.exec(paragraph)?.[1])
    .flatMap(sentence => (sentence === undefined ? [] : [sentence.replaceAll(/\s*\n\s*/g, ' ')]))
  return { folder, withoutEffect: sentences }
}
