import { TerraceError } from '@terrace/kit'
import { type Architecture, type ContainerImage, type DbInstance, displayName, nodesOf } from '@terrace/model'
import { findInstalled, installCommand, PROGRAMS, type ProgramId } from '../programs/programs.ts'
import { programOfContainer } from '../workload/container-program.ts'
import { canBeEmbedded } from '../workload/embedded.ts'
import { programOf } from '../workload/program-of.ts'
import { containers } from './containers.ts'

/** How a system is to be run, as far as it decides which programs it needs. */
export interface ProgramChoices {
  /** `forced`: databases are the embedded one; `allowed`: when MariaDB is missing, and the application can do so. */
  readonly embedded: 'never' | 'allowed' | 'forced'
  /** Placeholders run in place of workloads that can't run here. */
  readonly standIns: boolean
  /** Whether a program is on this machine. */
  readonly isInstalled?: (id: ProgramId) => Promise<boolean>
}

/** One thing of a template that needs a program beside Node.js. */
interface Need {
  readonly program: ProgramId
  /** Who needs it: `the process web of Web`. */
  readonly by: string
  /** Whether a placeholder can take its place. */
  readonly standIn: boolean
}

/**
 * Refuses what could never start, before anything does: workloads and databases whose program isn't on this machine.
 *
 * @throws TerraceError PROGRAM_MISSING with who needs which program, and how to get it
 */
export async function requirePrograms(architecture: Architecture, choices: ProgramChoices): Promise<void> {
  const { standIns, isInstalled = isOnThisMachine } = choices
  const needs = [
    ...nginxNeeds(architecture),
    ...postgresNeeds(architecture),
    ...databaseNeeds(architecture, choices),
  ].filter(({ standIn }) => !(standIn && standIns))
  const programs = [...new Set(needs.map(({ program }) => program))]
  const installed = await Promise.all(programs.map(isInstalled))
  const missing = programs.filter((_, i) => !installed[i])
  if (missing.length === 0) return
  const sentences = missing.map(program => {
    const by = needs.filter(need => need.program === program).map(need => need.by)
    return `${by.join(', ')} ${by.length === 1 ? 'needs' : 'need'} ${nameOf(program)}, which isn't installed`
  })
  const remedies = missing.map(program => installCommand(program))
  const canStandIn = needs.every(({ program, standIn }) => standIn || !missing.includes(program))
  throw new TerraceError('PROGRAM_MISSING', sentences.join('; '), {
    hint: `install it: ${remedies.join(' && ')}${canStandIn ? '; or run with --stand-ins' : ''}`,
  })
}

const isOnThisMachine = async (id: ProgramId): Promise<boolean> => (await findInstalled(id)) !== undefined

const nameOf = (id: ProgramId): string => PROGRAMS.find(program => program.id === id)?.name ?? id

function nginxNeeds(architecture: Architecture): readonly Need[] {
  const needing = (by: string): Need => ({ program: 'nginx', by, standIn: true })
  const ofMachines = processes(architecture).flatMap(({ owner, process }) =>
    process.kind === 'nginx' || (process.kind === 'image' && programOf(process.image).kind === 'nginx')
      ? [needing(`the process ${process.name} of ${owner}`)]
      : [],
  )
  const ofTasks = containers(architecture).flatMap(({ name, container }) => {
    const program = programOfContainer(container)
    const isNginx =
      program.kind === 'image' && programOf(program.image, program.command, program.workingDirectory).kind === 'nginx'
    return isNginx ? [needing(`the container ${name}`)] : []
  })
  return [...ofMachines, ...ofTasks]
}

// Nothing can stand in for a database: what it is asked for would be lost.
const postgresNeeds = (architecture: Architecture): readonly Need[] =>
  processes(architecture).flatMap(({ owner, process }) =>
    process.kind === 'postgres'
      ? [{ program: 'postgres', by: `the process ${process.name} of ${owner}`, standIn: false } as const]
      : [],
  )

function databaseNeeds(architecture: Architecture, { embedded }: ProgramChoices): readonly Need[] {
  const images = imagesOf(architecture)
  // Without an application nobody asks the database for anything.
  const canEmbed = embedded !== 'never' && (images.length === 0 || images.some(canBeEmbedded))
  const programOfEngine = ({ engine }: DbInstance): ProgramId | undefined => {
    if (engine === 'postgres') return 'postgres'
    return canEmbed ? undefined : 'mariadb'
  }
  return nodesOf(architecture, 'dbInstance').flatMap(node => {
    const program = programOfEngine(node)
    return program === undefined ? [] : [{ program, by: `the database ${node.identifier}`, standIn: false }]
  })
}

function imagesOf(architecture: Architecture): readonly ContainerImage[] {
  const ofMachines = processes(architecture).flatMap(({ process }) => (process.kind === 'image' ? [process.image] : []))
  return [...ofMachines, ...containers(architecture).map(({ container }) => container.image)]
}

function processes(architecture: Architecture) {
  return [...nodesOf(architecture, 'autoScalingGroup'), ...nodesOf(architecture, 'instance')].flatMap(node =>
    (node.machine.workload?.processes ?? []).map(process => ({ owner: displayName(node), process })),
  )
}
