import { type Architecture, type ArchitectureNode, displayName, type Machine, nodesOf } from '@terrace/model'
import { containers } from './missing/containers.ts'
import { MISSING_FEATURES } from './missing/index.ts'
import type { Service } from './services/service.ts'
import { programOfContainer } from './workload/container-program.ts'
import { programOf } from './workload/program-of.ts'

/** What follows for the user when a kind of resource, or a CloudFormation type, is not emulated. */
const CONSEQUENCES: Readonly<Record<string, string>> = {
  applicationScalingPolicy: 'the service stays at its desired count',
  scalableTarget: 'the service stays at its desired count',
  ecsService: 'nothing of it runs',
  'AWS::CloudTrail::Trail': 'calls are in the journal alone',
}

/** Everything of the template that does not run here, one sentence each, with what will therefore not work. */
export function notEmulated(architecture: Architecture, services: readonly Service[]): string[] {
  const emulated = new Set(services.flatMap(service => service.emulates))
  const missing = architecture.nodes.filter(node => !emulated.has(node.kind))
  const features = MISSING_FEATURES.flatMap(({ askedFor, consequence }) =>
    askedFor(architecture).map(name => `${name} is not emulated: ${consequence}`),
  )
  return [...byType(missing), ...features, ...ofWorkloads(architecture)]
}

function byType(nodes: readonly ArchitectureNode[]): string[] {
  const names = new Map<string, { names: string[]; consequence: string }>()
  for (const node of nodes) {
    const entry = names.get(node.origin.type) ?? {
      names: [],
      consequence: CONSEQUENCES[node.kind] ?? CONSEQUENCES[node.origin.type] ?? 'what depends on it will not work',
    }
    entry.names.push(displayName(node))
    names.set(node.origin.type, entry)
  }
  return [...names].map(([type, entry]) => `${type} (${entry.names.join(', ')}) is not emulated: ${entry.consequence}`)
}

/**
 * Whether what a machine is meant to run does run here; one that doesn't never becomes healthy.
 *
 * @param options.standIns  what can't run is replaced by a placeholder that answers
 */
export const isEmulated = (
  { workload }: Machine,
  { standIns = false }: { readonly standIns?: boolean } = {},
): boolean =>
  standIns ||
  (workload?.processes.every(process => process.kind !== 'image' || programOf(process.image).kind !== 'notHere') ??
    true)

function ofWorkloads(architecture: Architecture): string[] {
  const owners = [...nodesOf(architecture, 'autoScalingGroup'), ...nodesOf(architecture, 'instance')]
  const processes = owners.flatMap(owner =>
    (owner.machine.workload?.processes ?? []).flatMap(process => {
      if (process.kind !== 'image') return []
      const name = `the process ${process.name} of ${displayName(owner)}`
      return [...obstacle(name, programOf(process.image)), ...process.files.map(({ path }) => misplaced(name, path))]
    }),
  )
  const ofTasks = containers(architecture).flatMap(({ name, container }) => {
    const program = programOfContainer(container)
    if (program.kind !== 'image') return []
    return obstacle(`the container ${name}`, programOf(program.image, program.command, program.workingDirectory))
  })
  return [...processes, ...ofTasks]
}

function obstacle(name: string, program: ReturnType<typeof programOf>): string[] {
  if (program.kind !== 'notHere') return []
  return [`${name} does not run here (${program.because}): nothing answers in its place, except with --stand-ins`]
}

// NGINX finds its files, because its configuration is rendered.
const misplaced = (name: string, path: string) =>
  `the path ${path} of ${name} is not emulated: its files lie at $TERRACE_ROOT${path}`
