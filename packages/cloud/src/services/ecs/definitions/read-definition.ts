import { seconds } from '@terrace/kit'
import {
  type Architecture,
  type ContainerDefinition,
  type ContainerHealthCheck,
  type ContainerImage,
  FARGATE_SIZES,
  nodesOf,
  type Role,
} from '@terrace/model'
import { NotEmulated } from '../../../gateway/errors.ts'
import { ClientException } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { TaskSpec } from './task-definitions.ts'
import type { WireContainer, WireTaskDefinition } from './wire-shape.ts'

/** What a registration is read with. */
export interface Reading {
  readonly architecture: Architecture
  readonly image: (uri: string) => ContainerImage
}

/**
 * The task definition that a registration describes, checked as Fargate checks it.
 *
 * @throws ClientException with AWS's text where it is known
 * @see ECS API Reference "RegisterTaskDefinition"; ECS Developer Guide "Amazon ECS task definition differences for Fargate"
 */
export function readDefinition(input: WireTaskDefinition, reading: Reading): TaskSpec {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(input.family)) {
    throw new ClientException('Family contains invalid characters or is longer than 255 characters.')
  }
  if (input.requiresCompatibilities && !input.requiresCompatibilities.includes('FARGATE')) {
    throw new ClientException('Only task definitions for FARGATE run here: requiresCompatibilities must name it.')
  }
  if (input.networkMode !== 'awsvpc') {
    throw new ClientException('Fargate only supports network mode ‘awsvpc’.')
  }
  const size = sizeOf(input)
  if (input.containerDefinitions.length === 0) {
    throw new ClientException('Container list cannot be empty.')
  }
  if (input.containerDefinitions.length > LIMITS.containers) {
    throw new ClientException(`A task definition may have at most ${LIMITS.containers} containers.`)
  }
  const containers = input.containerDefinitions.map(each => readContainer(each, reading))
  checkContainers(containers)
  const taskRole = roleOf(input.taskRoleArn, reading.architecture)
  const executionRole = roleOf(input.executionRoleArn, reading.architecture)
  if (!executionRole) checkWithoutExecutionRole(containers)
  return {
    ...size,
    architecture: input.runtimePlatform?.cpuArchitecture ?? 'X86_64',
    containers,
    ...(taskRole ? { taskRole: taskRole.id } : {}),
    ...(executionRole ? { executionRole: executionRole.id } : {}),
  }
}

/** The role with that ARN or name. @throws ClientException when there is none */
export function roleOf(arnOrName: string | undefined, architecture: Architecture): Role | undefined {
  if (arnOrName === undefined) return undefined
  const found = nodesOf(architecture, 'role').find(({ arn, name }) => arn === arnOrName || name === arnOrName)
  if (!found) throw new ClientException('Role is not valid')
  return found
}

function sizeOf({ cpu, memory }: WireTaskDefinition): Pick<TaskSpec, 'cpu' | 'memory'> {
  if (cpu === undefined || memory === undefined) {
    throw new ClientException("Fargate requires that 'cpu' and 'memory' be defined at the task level.")
  }
  const size = { cpu: quantity(cpu, 'cpu', 'vcpu'), memory: quantity(memory, 'memory', 'gb') }
  if (!FARGATE_SIZES[size.cpu]?.includes(size.memory)) {
    throw new ClientException('No Fargate configuration exists for given values.')
  }
  return size
}

/** `256` or `.25 vCPU`, `512` or `0.5 GB`. */
function quantity(text: string, member: string, unit: string): number {
  const [, amount, inUnits] = new RegExp(`^\\s*(\\d*\\.?\\d+)\\s*(${unit})?\\s*$`, 'i').exec(text) ?? []
  if (amount === undefined)
    throw new ClientException(`Invalid setting for container. At least one of '${member}' is invalid.`)
  return Number(amount) * (inUnits === undefined ? 1 : 1024)
}

function readContainer(input: WireContainer, { image, architecture }: Reading): ContainerDefinition {
  if (input.name === undefined || !/^[A-Za-z0-9_-]{1,255}$/.test(input.name)) {
    throw new ClientException('Container.name contains invalid characters.')
  }
  if (!input.image) throw new ClientException('Container.image should not be null or empty.')
  if (input.portMappings?.some(({ containerPort, hostPort = 0 }) => hostPort !== 0 && hostPort !== containerPort)) {
    throw new ClientException(
      'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
    )
  }
  return {
    name: input.name,
    image: image(input.image),
    essential: input.essential ?? true,
    ports: (input.portMappings ?? []).flatMap(({ containerPort, protocol = 'tcp' }) =>
      containerPort === undefined || protocol === 'udp' ? [] : [containerPort],
    ),
    environment: Object.fromEntries((input.environment ?? []).map(({ name = '', value = '' }) => [name, value])),
    secrets: Object.fromEntries((input.secrets ?? []).map(({ name, valueFrom }) => [name, valueFrom])),
    dependsOn: (input.dependsOn ?? []).map(({ containerName, condition }) => ({ container: containerName, condition })),
    stopTimeout: stopTimeoutOf(input),
    readonlyRootFilesystem: input.readonlyRootFilesystem ?? false,
    ...(input.entryPoint ? { entryPoint: input.entryPoint } : {}),
    ...(input.command ? { command: input.command } : {}),
    ...(input.workingDirectory === undefined ? {} : { workingDirectory: input.workingDirectory }),
    ...(input.startTimeout === undefined ? {} : { startTimeout: seconds(input.startTimeout) }),
    ...(input.cpu === undefined ? {} : { cpu: input.cpu }),
    ...(input.memory === undefined ? {} : { memory: input.memory }),
    ...(input.memoryReservation === undefined ? {} : { memoryReservation: input.memoryReservation }),
    ...healthCheckOf(input),
    ...logsOf(input, architecture.region),
  }
}

function stopTimeoutOf({ stopTimeout }: WireContainer): number {
  if (stopTimeout === undefined) return LIMITS.stopTimeout.default
  const span = seconds(stopTimeout)
  if (span >= 0 && span <= LIMITS.stopTimeout.most) return span
  throw new ClientException('Stop timeout must be between 0 and 120 seconds on Fargate.')
}

function healthCheckOf({ healthCheck }: WireContainer): { readonly healthCheck?: ContainerHealthCheck } {
  if (!healthCheck || healthCheck.command[0] === 'NONE') return {}
  const { command, interval = 30, timeout = 5, retries = 3, startPeriod = 0 } = healthCheck
  if (command[0] !== 'CMD' && command[0] !== 'CMD-SHELL') {
    throw new ClientException("The health check command must begin with 'CMD', 'CMD-SHELL' or 'NONE'.")
  }
  const problems = [
    within('interval', interval, 5, 300),
    within('timeout', timeout, 2, 60),
    within('retries', retries, 1, 10),
    within('startPeriod', startPeriod, 0, 300),
  ].filter(problem => problem !== undefined)
  if (problems.length > 0) throw new ClientException(problems.join(' '))
  return {
    healthCheck: {
      command,
      interval: seconds(interval),
      timeout: seconds(timeout),
      retries,
      startPeriod: seconds(startPeriod),
    },
  }
}

const within = (member: string, value: number, least: number, most: number): string | undefined =>
  value >= least && value <= most
    ? undefined
    : `The health check ${member} must be between ${least} and ${most}, it is ${value}.`

function logsOf({ logConfiguration }: WireContainer, region: string): Pick<ContainerDefinition, 'logs'> {
  if (!logConfiguration) return {}
  const driver = 'awslogs'
  const { options = {} } = logConfiguration
  const { 'awslogs-group': group, 'awslogs-stream-prefix': streamPrefix, 'awslogs-create-group': create } = options
  if ((options['awslogs-region'] ?? region) !== region) {
    throw new NotEmulated(`the option awslogs-region ${options['awslogs-region']}`, `logs stay in ${region}`)
  }
  if (group === undefined) {
    throw new ClientException('Log driver awslogs requires options: awslogs-region, awslogs-group')
  }
  if (streamPrefix === undefined) {
    throw new ClientException('Log driver awslogs requires option awslogs-stream-prefix on Fargate')
  }
  return {
    logs: {
      driver,
      createGroup: create === 'true',
      group,
      streamPrefix,
    },
  }
}

function checkContainers(containers: readonly ContainerDefinition[]): void {
  const names = containers.map(({ name }) => name)
  if (new Set(names).size < names.length) {
    throw new ClientException('Container names must be unique.')
  }
  if (!containers.some(({ essential }) => essential)) {
    throw new ClientException('A task definition must have at least one essential container')
  }
  for (const { name, dependsOn } of containers) {
    for (const { container, condition } of dependsOn) {
      const needed = containers.find(each => each.name === container)
      if (!needed || container === name) {
        throw new ClientException(`Container ${name} depends on ${container}, which is no other container of the task.`)
      }
      if (condition === 'HEALTHY' && !needed.healthCheck) {
        throw new ClientException(`Container ${container} needs a health check: ${name} depends on it being HEALTHY.`)
      }
      if ((condition === 'COMPLETE' || condition === 'SUCCESS') && needed.essential) {
        throw new ClientException(`Container ${container} is essential and can't be waited for to ${condition}.`)
      }
    }
  }
  if (hasCircle(containers)) throw new ClientException('The dependencies of containers must not be circular.')
}

/** Whether containers wait for one another in a circle. */
export function hasCircle(containers: readonly ContainerDefinition[]): boolean {
  const open = new Map(containers.map(each => [each.name, each.dependsOn.map(({ container }) => container)]))
  for (;;) {
    const free = [...open].find(([, needs]) => needs.every(name => !open.has(name)))
    if (!free) return open.size > 0
    open.delete(free[0])
  }
}

function checkWithoutExecutionRole(containers: readonly ContainerDefinition[]): void {
  const need = (what: string) =>
    new ClientException(`Fargate requires task definition to have execution role ARN to support ${what}.`)
  for (const { image, logs, secrets } of containers) {
    if (/\.dkr\.ecr\./.test(image.uri)) throw need('ECR images')
    if (logs?.driver === 'awslogs') throw need('log driver awslogs')
    if (Object.keys(secrets).length > 0) throw need('secrets')
  }
}
