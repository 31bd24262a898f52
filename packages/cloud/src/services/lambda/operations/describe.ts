import { timestamp } from '../../../gateway/time.ts'
import type { Alias, EventInvokeConfig, FunctionRecord, FunctionVersion } from '../function.ts'
import type { Functions } from '../functions.ts'
import { type FunctionName, LATEST } from '../names.ts'

/** A moment as Lambda writes it: `2026-11-22T09:30:00.000+0000`. */
const modifiedAt = (at: number): string => new Date(at).toISOString().replace('Z', '+0000')

/** `FunctionConfiguration`. @param qualified  the ARN names the version */
export function describe(functions: Functions, record: FunctionRecord, version: FunctionVersion, qualified = false) {
  const { settings, code } = version
  const { vpc, logging } = settings
  const { name } = record
  return {
    FunctionName: name,
    FunctionArn: functions.arnOf(qualified ? { name, qualifier: version.version } : { name }),
    Runtime: settings.runtime,
    Role: settings.roleArn,
    Handler: settings.handler,
    CodeSize: code.bytes,
    CodeSha256: code.sha256,
    Description: settings.description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMiB,
    LastModified: modifiedAt(version.modified),
    Version: version.version,
    ...(vpc && { VpcConfig: { SubnetIds: vpc.subnetIds, SecurityGroupIds: vpc.securityGroupIds, VpcId: '' } }),
    ...(settings.deadLetterArn === undefined ? {} : { DeadLetterConfig: { TargetArn: settings.deadLetterArn } }),
    ...(Object.keys(settings.environment).length > 0 ? { Environment: { Variables: settings.environment } } : {}),
    TracingConfig: { Mode: settings.tracing },
    RevisionId: version.revision,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [settings.architecture],
    EphemeralStorage: { Size: settings.ephemeralMiB },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: {
      LogFormat: logging.format,
      ...(logging.applicationLevel === undefined ? {} : { ApplicationLogLevel: logging.applicationLevel }),
      ...(logging.systemLevel === undefined ? {} : { SystemLogLevel: logging.systemLevel }),
      LogGroup: logging.group ?? `/aws/lambda/${name}`,
    },
  }
}

/** `AliasConfiguration`. */
export const describeAlias = (functions: Functions, { name }: FunctionRecord, alias: Alias) => ({
  AliasArn: functions.arnOf({ name, qualifier: alias.name }),
  Name: alias.name,
  FunctionVersion: alias.version,
  Description: alias.description,
  ...(Object.keys(alias.weights).length > 0 ? { RoutingConfig: { AdditionalVersionWeights: alias.weights } } : {}),
  RevisionId: alias.revision,
})

/** `FunctionEventInvokeConfig`. */
export const describeInvokeConfig = (functions: Functions, of: FunctionName, config: EventInvokeConfig) => ({
  LastModified: timestamp(config.modified),
  FunctionArn: functions.arnOf({ name: of.name, qualifier: of.qualifier ?? LATEST }),
  MaximumRetryAttempts: config.maximumRetries,
  MaximumEventAgeInSeconds: config.maximumAgeSeconds,
  DestinationConfig: {
    OnSuccess: config.onSuccess === undefined ? {} : { Destination: config.onSuccess },
    OnFailure: config.onFailure === undefined ? {} : { Destination: config.onFailure },
  },
})
