import { z } from 'zod'
import { shape } from '../../../gateway/api.ts'

const pairs = () => z.array(shape({ name: z.string().optional(), value: z.string().optional() }))

/** `tags` of every operation that takes some. */
export const wireTags = () => z.array(shape({ key: z.string().min(1).max(128), value: z.string().max(256).optional() }))

/**
 * The members of `ContainerDefinition` that are understood. Those without effect here are named in the README.
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
        name: z.string().optional(),
        appProtocol: z.enum(['http', 'http2', 'grpc']).optional(),
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
    logDriver: z.string(),
    options: z.record(z.string(), z.string()).optional(),
    secretOptions: z.array(z.never()).optional(),
  }).optional(),
  readonlyRootFilesystem: z.boolean().optional(),
  user: z.string().optional(),
  dockerLabels: z.record(z.string(), z.string()).optional(),
  interactive: z.boolean().optional(),
  pseudoTerminal: z.boolean().optional(),
  ulimits: z.array(shape({ name: z.string(), softLimit: z.int(), hardLimit: z.int() })).optional(),
  versionConsistency: z.enum(['enabled', 'disabled']).optional(),
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
    operatingSystemFamily: z.literal('LINUX').optional(),
  }).optional(),
  ephemeralStorage: shape({ sizeInGiB: z.int().min(21).max(200) }).optional(),
})

export type WireTaskDefinition = z.output<typeof wireTaskDefinition>
