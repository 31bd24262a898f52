import { type Architecture, displayName, nodesOf, type TaskDefinition } from '@terrace/model'
import { wordsOf } from '../workload/shell-words.ts'
import type { MissingFeature } from './feature.ts'

const TASK = 'AWS::ECS::TaskDefinition'

/** What carries out the health check of a container here: see the README of the service ecs. */
const CHECKS = new Set([':', 'curl', 'exit', 'false', 'node', 'true', 'wget'])

/** Images, tasks and services. */
export const CONTAINERS: readonly MissingFeature[] = [
  {
    properties: ['AWS::ECR::Repository RepositoryPolicyText'],
    askedFor: architecture =>
      nodesOf(architecture, 'repository')
        .filter(({ policy }) => policy)
        .map(repository => `the policy of the repository ${displayName(repository)}`),
    consequence: 'roles alone decide who pulls from a repository',
  },
  {
    properties: [`${TASK} ContainerDefinitions[].ReadonlyRootFilesystem`],
    askedFor: architecture =>
      containers(architecture)
        .filter(({ container }) => container.readonlyRootFilesystem)
        .map(({ name }) => `the read-only file system of ${name}`),
    consequence: 'a container can write to its file system',
  },
  {
    properties: [`${TASK} ContainerDefinitions[].Memory`],
    partly: true,
    askedFor: architecture =>
      containers(architecture)
        .filter(({ container }) => container.memory !== undefined)
        .map(({ name }) => `the memory limit of ${name}`),
    consequence: 'a container that takes more memory than its limit goes on, its metrics tell',
  },
  {
    properties: [`${TASK} ContainerDefinitions[].HealthCheck.Command`],
    partly: true,
    askedFor: architecture =>
      containers(architecture).flatMap(({ name, container }) => {
        const program = checkProgramOf(container)
        return program === undefined || CHECKS.has(program) ? [] : [`the health check of ${name} by ${program}`]
      }),
    consequence: 'a check that is no Node program, curl or wget counts as none',
  },
  {
    properties: ['AWS::ECS::Service EnableExecuteCommand'],
    askedFor: architecture =>
      nodesOf(architecture, 'ecsService')
        .filter(({ executeCommand }) => executeCommand)
        .map(({ name }) => `ECS Exec of ${name}`),
    consequence: 'ExecuteCommand is refused',
  },
]

/** Every container of the task definitions, with a name for people. */
export function containers(
  architecture: Architecture,
): readonly { readonly name: string; readonly container: TaskDefinition['containers'][number] }[] {
  return nodesOf(architecture, 'taskDefinition').flatMap(definition =>
    definition.containers.map(container => ({ name: `${container.name} of ${displayName(definition)}`, container })),
  )
}

function checkProgramOf({ healthCheck }: TaskDefinition['containers'][number]): string | undefined {
  if (!healthCheck) return undefined
  const [kind, ...rest] = healthCheck.command
  const [program] = (kind === 'CMD' ? rest : wordsOf(rest.join(' '))) ?? ['a shell script']
  return program?.slice(program.lastIndexOf('/') + 1)
}
