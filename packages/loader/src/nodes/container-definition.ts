import { seconds } from '@terrace/kit'
import type { ContainerDefinition, ContainerHealthCheck } from '@terrace/model'
import { containerImage } from '../assembly/asset-index.ts'
import { defined } from '../defined.ts'
import type { BuildContext } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

const WITHOUT_EFFECT = {
  DockerLabels: 'for people',
  Interactive: 'nobody types into a container here',
  PseudoTerminal: 'nobody types into a container here',
  Ulimits: 'the limits are those of this machine',
  User: 'every process is one of the user who runs Terrace',
  VersionConsistency: 'an image is a directory of the assembly, which has one version',
}

/** One container of a task definition. @see "ContainerDefinition" in the Amazon ECS API Reference for the defaults */
export function containerOf(context: BuildContext, reader: PropertyReader): ContainerDefinition {
  reader.withoutEffect(WITHOUT_EFFECT)
  reader
    .object('LinuxParameters')
    ?.withoutEffect({ InitProcessEnabled: 'what a process leaves behind is ended with its task' })
  const optional = {
    workingDirectory: reader.text('WorkingDirectory'),
    healthCheck: healthCheckOf(reader.object('HealthCheck')),
    memory: reader.number('Memory'),
    memoryReservation: reader.number('MemoryReservation'),
    cpu: reader.number('Cpu'),
    logs: logsOf(context, reader.object('LogConfiguration')),
    entryPoint: reader.has('EntryPoint') ? reader.texts('EntryPoint') : undefined,
    command: reader.has('Command') ? reader.texts('Command') : undefined,
    startTimeout: durationOf(reader, 'StartTimeout', { least: 2, most: 120 }),
  }
  return {
    name: reader.requiredText('Name'),
    image: containerImage(reader.requiredText('Image'), context.assets),
    essential: reader.boolean('Essential') ?? true,
    ports: portsOf(context, reader),
    environment: Object.fromEntries(
      reader.objects('Environment').map(item => [item.requiredText('Name'), item.text('Value') ?? '']),
    ),
    secrets: Object.fromEntries(
      reader.objects('Secrets').map(item => [item.requiredText('Name'), item.requiredText('ValueFrom')]),
    ),
    dependsOn: reader.objects('DependsOn').map(item => ({
      container: item.requiredText('ContainerName'),
      condition: item.oneOf('Condition', ['START', 'COMPLETE', 'SUCCESS', 'HEALTHY']) ?? 'START',
    })),
    stopTimeout: durationOf(reader, 'StopTimeout', { least: 0, most: 120 }) ?? seconds(30),
    readonlyRootFilesystem: reader.boolean('ReadonlyRootFilesystem') ?? false,
    ...defined(optional),
  }
}

function portsOf(context: BuildContext, reader: PropertyReader): readonly number[] {
  return reader.objects('PortMappings').flatMap(mapping => {
    mapping.withoutEffect({
      Name: 'names are for Service Connect, which is listed',
      AppProtocol: 'it is for Service Connect, which is listed',
      HostPort: 'with awsvpc it is the port of the container',
    })
    const port = mapping.number('ContainerPort', { least: 1, most: 65_535 })
    if (mapping.oneOf('Protocol', ['tcp', 'udp']) === 'udp') {
      context.gap('value', mapping.pathOf('Protocol'), mapping.placeOf('Protocol').line, 'UDP is not emulated')
      return []
    }
    return port === undefined ? [] : [port]
  })
}

/** `NONE` takes the check of the image away, which ECS does not look at anyway. */
function healthCheckOf(reader: PropertyReader | undefined): ContainerHealthCheck | undefined {
  const command = reader?.texts('Command') ?? []
  if (!reader || command[0] === 'NONE') return undefined
  if (command[0] !== 'CMD' && command[0] !== 'CMD-SHELL') {
    throw reader.bad('Command', 'a list that begins with CMD, CMD-SHELL or NONE')
  }
  return {
    command,
    interval: durationOf(reader, 'Interval', { least: 5, most: 300 }) ?? seconds(30),
    timeout: durationOf(reader, 'Timeout', { least: 2, most: 60 }) ?? seconds(5),
    retries: reader.number('Retries', { least: 1, most: 10 }) ?? 3,
    startPeriod: durationOf(reader, 'StartPeriod', { least: 0, most: 300 }) ?? 0,
  }
}

function logsOf(context: BuildContext, reader: PropertyReader | undefined): ContainerDefinition['logs'] {
  if (!reader) return undefined
  const driver = reader.requiredText('LogDriver')
  if (driver !== 'awslogs') {
    const message = `the log driver ${driver} is not modelled; the container's lines stay on this machine`
    context.gap('value', reader.pathOf('LogDriver'), reader.placeOf('LogDriver').line, message)
    reader.listed(message, 'Options', 'SecretOptions')
    return { driver, createGroup: false }
  }
  const options = reader.object('Options')
  const because = 'lines are not held back on their way here'
  options?.withoutEffect({ mode: because, 'max-buffer-size': because })
  const region = options?.text('awslogs-region')
  if (options && region !== undefined && region !== context.region) {
    const message = `logs of the region ${region} are kept in ${context.region} here`
    context.gap('value', options.pathOf('awslogs-region'), options.placeOf('awslogs-region').line, message)
  }
  const group = options?.text('awslogs-group')
  const streamPrefix = options?.text('awslogs-stream-prefix')
  return {
    driver,
    createGroup: options?.boolean('awslogs-create-group') ?? false,
    ...(group === undefined ? {} : { group }),
    ...(streamPrefix === undefined ? {} : { streamPrefix }),
  }
}

function durationOf(reader: PropertyReader, key: string, range: { readonly least: number; readonly most: number }) {
  const value = reader.number(key, range)
  return value === undefined ? undefined : seconds(value)
}
