import { z } from 'zod'
import { accepted, onlyOne, shape } from '../../../gateway/api.ts'

const pairs = () => z.array(shape({ name: z.string().optional(), value: z.string().optional() }))

/** `tags` of every operation that takes some. */
export const wireTags = () => z.array(shape({ key: z.string().min(1).max(128), value: z.string().max(256).optional() }))

/** Options of the log driver `awslogs`. @see ECS Developer Guide, "Send Amazon ECS logs to CloudWatch" */
const wireLogOptions = shape({
  'awslogs-group': z.string().optional(),
  'awslogs-region': z.string().optional(),
  'awslogs-stream-prefix': z.string().optional(),
  'awslogs-create-group': z.enum(['true', 'false']).optional(),
  mode: accepted(z.enum(['blocking', 'non-blocking']).optional(), 'a container never waits for its log here'),
  'max-buffer-size': accepted(z.string().optional(), 'lines are kept until they are sent'),
})

/**
 * The members of `ContainerDefinition` that are understood.
 * @see ECS API Reference, "ContainerDefinition"
 */
const wireContainer = shape({
  name: z.string().optional(),
  image: z.string().optional(),
  essential: z.boolean().optional(),
  cpu: z.int().optional(),
  memory: z.int().optional(),
  memoryReservation: z.int().optional(),
  portMappings: z
    .array(
      shape({
        containerPort: z.int().min(1).max(65_535).optional(),
        hostPort: z.int().optional(),
        protocol: z.enum(['tcp', 'udp']).optional(),
        name: accepted(z.string().optional(), 'only Service Connect, which is refused, uses names of ports'),
        appProtocol: accepted(
          z.enum(['http', 'http2', 'grpc']).optional(),
          'only Service Connect, which is refused, looks at it',
        ),
      }),
    )
    .optional(),
  entryPoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  workingDirectory: z.string().optional(),
  environment: pairs().optional(),
  secrets: z.array(shape({ name: z.string(), valueFrom: z.string() })).optional(),
  dependsOn: z
    .array(shape({ containerName: z.string(), condition: z.enum(['START', 'COMPLETE', 'SUCCESS', 'HEALTHY']) }))
    .optional(),
  startTimeout: z.int().optional(),
  stopTimeout: z.int().optional(),
  healthCheck: shape({
    command: z.array(z.string()),
    interval: z.int().optional(),
    timeout: z.int().optional(),
    retries: z.int().optional(),
    startPeriod: z.int().optional(),
  }).optional(),
  logConfiguration: shape({
    logDriver: onlyOne(
      'awslogs',
      ['fluentd', 'gelf', 'journald', 'json-file', 'splunk', 'syslog', 'awsfirelens'],
      'any other log driver than awslogs',
    ),
    options: wireLogOptions.optional(),
    secretOptions: z.array(z.never()).optional(),
  }).optional(),
  readonlyRootFilesystem: accepted(
    z.boolean().optional(),
    'it is told by DescribeTaskDefinition; a container can write here all the same, and what needs not to write works',
  ),
  user: accepted(z.string().optional(), 'processes here are those of the user who runs Terrace'),
  dockerLabels: accepted(z.record(z.string(), z.string()).optional(), 'nothing here reads labels'),
  interactive: accepted(z.boolean().optional(), 'nobody writes to the standard input of a container'),
  pseudoTerminal: accepted(z.boolean().optional(), 'nobody looks at the terminal of a container'),
  ulimits: accepted(
    z.array(shape({ name: z.string(), softLimit: z.int(), hardLimit: z.int() })).optional(),
    'the limits are those of this machine',
  ),
  versionConsistency: accepted(
    z.enum(['enabled', 'disabled']).optional(),
    'images are those of the assembly: a tag always means the same one',
  ),
  // What DescribeTaskDefinition answers for every container, and clients send back as they got it.
  mountPoints: z.array(z.never()).optional(),
  volumesFrom: z.array(z.never()).optional(),
  systemControls: z.array(z.never()).optional(),
  environmentFiles: z.array(z.never()).optional(),
})

export type WireContainer = z.output<typeof wireContainer>

/** The input of RegisterTaskDefinition. */
export const wireTaskDefinition = shape({
  family: z.string(),
  taskRoleArn: z.string().optional(),
  executionRoleArn: z.string().optional(),
  networkMode: z.enum(['awsvpc', 'bridge', 'host', 'none']).optional(),
  containerDefinitions: z.array(wireContainer),
  volumes: z.array(z.never()).optional(),
  placementConstraints: z.array(z.never()).optional(),
  requiresCompatibilities: z.array(z.enum(['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'])).optional(),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  tags: wireTags().optional(),
  runtimePlatform: shape({
    cpuArchitecture: z.enum(['X86_64', 'ARM64']).optional(),
    operatingSystemFamily: onlyOne(
      'LINUX',
      ['WINDOWS_SERVER_2019_FULL', 'WINDOWS_SERVER_2019_CORE', 'WINDOWS_SERVER_2022_FULL', 'WINDOWS_SERVER_2022_CORE'],
      'any other operating system than LINUX',
    ),
  }).optional(),
  ephemeralStorage: accepted(
    shape({ sizeInGiB: z.int().min(21).max(200) }).optional(),
    'the disk is the one of this machine',
  ),
})

export type WireTaskDefinition = z.output<typeof wireTaskDefinition>
