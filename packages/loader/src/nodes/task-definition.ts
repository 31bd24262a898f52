import { FARGATE_SIZES, type TaskDefinition } from '@terrace/model'
import { type BuilderTable, node, notModelled } from './build-context.ts'
import { containerOf } from './container-definition.ts'
import type { PropertyReader } from './property-reader.ts'

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
  const sizes = FARGATE_SIZES[cpu]
  if (!sizes) throw properties.bad('Cpu', `one of ${Object.keys(FARGATE_SIZES).join(', ')}, the sizes that Fargate has`)
  if (sizes.includes(memory)) return { cpu, memory }
  throw properties.bad('Memory', `one of ${sizes.join(', ')} MiB, which Fargate has for ${cpu} CPU units`)
}

function quantity(properties: PropertyReader, key: string, inUnits: RegExp): number {
  const [, amount] = inUnits.exec(properties.requiredText(key)) ?? []
  return amount === undefined ? properties.requiredNumber(key) : Number(amount) * 1024
}
