import { z } from 'zod'
import { accepted, onlyOne, shape } from '../../../gateway/api.ts'
import { RESERVED_VARIABLES } from '../environment/variables.ts'
import { InvalidParameterValueException } from '../errors.ts'
import type { FunctionSettings } from '../function.ts'
import { LEAST_MEMORY_MIB, LONGEST_ENVIRONMENT, LONGEST_TIMEOUT_SECONDS, MOST_MEMORY_MIB } from '../limits.ts'
import { description, textMap } from './shapes.ts'

const RUNTIME = /^nodejs(20|22|24)\.x$/

const runtime = z
  .string()
  .refine(text => RUNTIME.test(text), { params: { notEmulated: 'any other runtime than nodejs20.x, 22.x and 24.x' } })
  .optional()

/** What both CreateFunction and UpdateFunctionConfiguration take. */
export const settingMembers = {
  Role: z.string().optional(),
  Runtime: runtime,
  Handler: z.string().max(128).optional(),
  Description: description,
  Timeout: z.int().min(1).max(LONGEST_TIMEOUT_SECONDS).optional(),
  MemorySize: z.int().min(LEAST_MEMORY_MIB).max(MOST_MEMORY_MIB).optional(),
  VpcConfig: shape({
    SubnetIds: z.array(z.string()).max(16).optional(),
    SecurityGroupIds: z.array(z.string()).max(5).optional(),
    Ipv6AllowedForDualStack: accepted(z.boolean().optional(), 'the network is that of IPv4'),
  }).optional(),
  DeadLetterConfig: shape({ TargetArn: z.string().optional() }).optional(),
  Environment: shape({ Variables: textMap.optional() }).optional(),
  TracingConfig: shape({ Mode: z.enum(['Active', 'PassThrough']).optional() }).optional(),
  KMSKeyArn: accepted(z.string().optional(), 'variables lie on this machine, readable by its user alone'),
  EphemeralStorage: shape({ Size: z.int().min(512).max(10_240) }).optional(),
  SnapStart: shape({ ApplyOn: onlyOne('None', ['PublishedVersions'], 'SnapStart') }).optional(),
  LoggingConfig: shape({
    LogFormat: z.enum(['JSON', 'Text']).optional(),
    ApplicationLogLevel: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']).optional(),
    SystemLogLevel: z.enum(['DEBUG', 'INFO', 'WARN']).optional(),
    LogGroup: z.string().min(1).max(512).optional(),
  }).optional(),
}

const settingsShape = shape(settingMembers)
type Given = z.output<typeof settingsShape>

/** What a function has that says nothing. "CreateFunction" */
export const DEFAULTS: FunctionSettings = {
  description: '',
  runtime: 'nodejs24.x',
  handler: '',
  roleArn: '',
  timeoutSeconds: 3,
  memoryMiB: 128,
  ephemeralMiB: 512,
  architecture: 'x86_64',
  environment: {},
  logging: { format: 'Text' },
  tracing: 'PassThrough',
}

/** The settings with what is given in their place. @throws InvalidParameterValueException */
export function withGiven(old: FunctionSettings, given: Given): FunctionSettings {
  const { vpc, deadLetterArn, ...rest } = old
  const changed = {
    ...rest,
    description: given.Description ?? old.description,
    runtime: given.Runtime ?? old.runtime,
    handler: given.Handler ?? old.handler,
    roleArn: given.Role ?? old.roleArn,
    timeoutSeconds: given.Timeout ?? old.timeoutSeconds,
    memoryMiB: given.MemorySize ?? old.memoryMiB,
    ephemeralMiB: given.EphemeralStorage?.Size ?? old.ephemeralMiB,
    environment: given.Environment ? checkedVariables(given.Environment.Variables ?? {}) : old.environment,
    tracing: given.TracingConfig?.Mode ?? old.tracing,
    logging: given.LoggingConfig ? loggingOf(given.LoggingConfig) : old.logging,
  }
  const dead = given.DeadLetterConfig ? given.DeadLetterConfig.TargetArn || undefined : deadLetterArn
  const network = given.VpcConfig ? vpcOf(given.VpcConfig) : vpc
  if (dead !== undefined && !/^arn:aws[\w-]*:(sqs|sns):/.test(dead)) {
    throw new InvalidParameterValueException(`The target ARN ${dead} is not that of a queue or topic.`)
  }
  return { ...changed, ...(dead === undefined ? {} : { deadLetterArn: dead }), ...(network ? { vpc: network } : {}) }
}

function vpcOf({ SubnetIds = [], SecurityGroupIds = [] }: NonNullable<Given['VpcConfig']>): FunctionSettings['vpc'] {
  if (SubnetIds.length === 0 && SecurityGroupIds.length === 0) return undefined
  if (SubnetIds.length === 0 || SecurityGroupIds.length === 0) {
    const message = 'SubnetIds and SecurityIds must coexist or be both empty list.'
    throw new InvalidParameterValueException(message)
  }
  return { subnetIds: SubnetIds, securityGroupIds: SecurityGroupIds }
}

function loggingOf(given: NonNullable<Given['LoggingConfig']>): FunctionSettings['logging'] {
  const { LogFormat: format = 'Text', ApplicationLogLevel, SystemLogLevel, LogGroup } = given
  if (format === 'Text' && (ApplicationLogLevel || SystemLogLevel)) {
    throw new InvalidParameterValueException('To select a log level, you must set the log format to JSON.')
  }
  return {
    format,
    ...(ApplicationLogLevel === undefined ? {} : { applicationLevel: ApplicationLogLevel }),
    ...(SystemLogLevel === undefined ? {} : { systemLevel: SystemLogLevel }),
    ...(LogGroup === undefined ? {} : { group: LogGroup }),
  }
}

function checkedVariables(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const reserved = Object.keys(variables).filter(name => RESERVED_VARIABLES.has(name))
  if (reserved.length > 0) {
    throw new InvalidParameterValueException(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    )
  }
  if (JSON.stringify(variables).length > LONGEST_ENVIRONMENT) {
    throw new InvalidParameterValueException(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the ${LONGEST_ENVIRONMENT / 1024}KB limit. String measured: ${JSON.stringify(variables)}`,
    )
  }
  return variables
}
