import type { TaskDefinition } from '@terrace/model'
import { type BuilderTable, node, notModelled } from './build-context.ts'
import { containerOf } from './container-definition.ts'
import type { PropertyReader } from './property-reader.ts'

/**
 * Memory in MiB for each number of CPU units that Fargate has: least, most, and the step between.
 *
 * @see "Fargate task CPU and memory" in the Amazon ECS Developer Guide
 */
const SIZES: Readonly<Record<number, readonly [least: number, most: number, step: number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16384: [32_768, 122_880, 8192],
}

/** Task definitions for Fargate. */
export const taskDefinition: BuilderTable = {
  'AWS::ECS::TaskDefinition': node((context): TaskDefinition => {
    const { properties, resource } = context
    refuseOtherLaunchTypes(properties)
    properties.readElsewhere('Family')
    properties.withoutEffect({ EphemeralStorage: 'disks have no limit here' })
    const { cpu, memory } = sizeOf(properties)
    const taskRole = context.find(properties, 'TaskRoleArn', 'role')
    const executionRole = context.find(properties, 'ExecutionRoleArn', 'role')
    const definitions = properties.objects('ContainerDefinitions')
    if (definitions.length === 0) throw properties.bad('ContainerDefinitions', 'a list with at least one container')
    const arn = resource.physicalId
    return {
      ...context.base('taskDefinition'),
      family: arn.slice(arn.indexOf('task-definition/') + 'task-definition/'.length, arn.lastIndexOf(':')),
      arn,
      cpu,
      memory,
      architecture: architectureOf(properties),
      ...(taskRole === undefined ? {} : { taskRole }),
      ...(executionRole === undefined ? {} : { executionRole }),
      containers: definitions.map(definition => containerOf(context, definition)),
    }
  }),
}

function refuseOtherLaunchTypes(properties: PropertyReader): void {
  const compatibilities = properties.texts('RequiresCompatibilities')
  if (compatibilities.length > 0 && !compatibilities.includes('FARGATE')) {
    const message = `tasks for ${compatibilities.join(', ')} are not modelled, only those for Fargate`
    throw notModelled(properties, 'RequiresCompatibilities', message)
  }
  const mode = properties.text('NetworkMode') ?? 'bridge'
  if (mode !== 'awsvpc') {
    throw notModelled(properties, 'NetworkMode', `the network mode ${mode} is not modelled; Fargate has awsvpc alone`)
  }
}

function architectureOf(properties: PropertyReader): TaskDefinition['architecture'] {
  const platform = properties.object('RuntimePlatform')
  const system = platform?.text('OperatingSystemFamily') ?? 'LINUX'
  if (platform && system !== 'LINUX') {
    throw notModelled(platform, 'OperatingSystemFamily', `containers of ${system} are not modelled`)
  }
  return platform?.oneOf('CpuArchitecture', ['X86_64', 'ARM64']) ?? 'X86_64'
}

/** `256` or `.25 vCPU`, `512` or `0.5 GB`. */
function sizeOf(properties: PropertyReader): { readonly cpu: number; readonly memory: number } {
  const cpu = quantity(properties, 'Cpu', /^\s*(\d*\.?\d+)\s*vcpu\s*$/i)
  const memory = quantity(properties, 'Memory', /^\s*(\d*\.?\d+)\s*gb\s*$/i)
  const size = SIZES[cpu]
  if (!size) throw properties.bad('Cpu', `one of ${Object.keys(SIZES).join(', ')}, the sizes that Fargate has`)
  const [least, most, step] = size
  if (memory >= least && memory <= most && (memory - least) % step === 0) return { cpu, memory }
  throw properties.bad(
    'Memory',
    `from ${least} to ${most} MiB in steps of ${step}, as Fargate has it for ${cpu} CPU units`,
  )
}

function quantity(properties: PropertyReader, key: string, inUnits: RegExp): number {
  const [, amount] = inUnits.exec(properties.requiredText(key)) ?? []
  return amount === undefined ? properties.requiredNumber(key) : Number(amount) * 1024
}
