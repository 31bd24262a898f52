import { seconds } from '@terrace/kit'
import type { FunctionCode, FunctionLogging, LambdaFunction } from '@terrace/model'
import { defined } from '../defined.ts'
import { type BuildContext, type BuilderTable, node, notModelled } from './build-context.ts'
import { functionParts } from './function-parts.ts'
import type { PropertyReader } from './property-reader.ts'

const RUNTIME = /^nodejs(20|22|24)\.x$/

/** Functions of Lambda that Node runs, and what belongs to them. */
export const functions: BuilderTable = {
  'AWS::Lambda::Function': node((context): LambdaFunction => {
    const { properties } = context
    properties.readElsewhere('FunctionName')
    properties.withoutEffect({
      EphemeralStorage: 'its files lie on this machine',
      KmsKeyArn: 'its variables lie on this machine, not encrypted with a key of KMS',
      RuntimeManagementConfig: 'it runs on the Node.js of Terrace',
      TracingConfig: 'nothing is traced',
    })
    const runtime = runtimeOf(properties)
    return {
      ...context.base('function'),
      name: context.resource.physicalId,
      arn: context.attribute('Arn'),
      description: properties.text('Description') ?? '',
      runtime,
      handler: properties.requiredText('Handler'),
      code: codeOf(context),
      role: properties.requiredText('Role'),
      timeout: seconds(properties.number('Timeout', { least: 1, most: 900 }) ?? 3),
      memoryMiB: properties.number('MemorySize', { least: 128, most: 10_240 }) ?? 128,
      architecture: properties.texts('Architectures')[0] === 'arm64' ? 'arm64' : 'x86_64',
      environment: properties.object('Environment')?.dictionary('Variables') ?? {},
      logging: loggingOf(properties.object('LoggingConfig')),
      versions: [],
      aliases: [],
      permissions: [],
      eventInvokeConfigs: [],
      ...vpcOf(context),
      ...defined({
        reservedConcurrency: properties.number('ReservedConcurrentExecutions', { least: 0, most: 100_000 }),
        deadLetterArn: properties.object('DeadLetterConfig')?.text('TargetArn'),
      }),
    }
  }),
  ...functionParts,
}

function runtimeOf(properties: PropertyReader): string {
  if ((properties.text('PackageType') ?? 'Zip') !== 'Zip') {
    throw notModelled(properties, 'PackageType', 'functions from container images are not emulated')
  }
  if (properties.texts('Layers').length > 0) {
    throw notModelled(properties, 'Layers', 'layers are not emulated: the function would miss what is in them')
  }
  if (properties.objects('FileSystemConfigs').length > 0) {
    throw notModelled(properties, 'FileSystemConfigs', 'file systems of EFS are not emulated')
  }
  if ((properties.object('SnapStart')?.text('ApplyOn') ?? 'None') !== 'None') {
    throw notModelled(properties, 'SnapStart', 'it is not for functions of Node.js')
  }
  const runtime = properties.requiredText('Runtime')
  if (RUNTIME.test(runtime)) return runtime
  throw notModelled(properties, 'Runtime', `the runtime ${runtime} is not emulated, nodejs20.x to nodejs24.x are`)
}

function codeOf({ properties, assets }: BuildContext): FunctionCode {
  const code = properties.requiredObject('Code')
  const text = code.text('ZipFile')
  if (text !== undefined) return { kind: 'inline', text }
  code.withoutEffect({
    S3Bucket: 'the code is the asset itself',
    S3ObjectVersion: 'the code is the asset itself',
    SourceKMSKeyArn: 'the code is the asset itself',
  })
  const key = code.requiredText('S3Key')
  const path = assets.file(key)
  if (path !== undefined) return { kind: 'path', path }
  throw notModelled(code, 'S3Key', `its code ${key} is no asset of a cloud assembly`)
}

function loggingOf(logging: PropertyReader | undefined): FunctionLogging {
  const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const
  return {
    format: logging?.oneOf('LogFormat', ['Text', 'JSON']) ?? 'Text',
    ...defined({
      applicationLevel: logging?.oneOf('ApplicationLogLevel', levels),
      systemLevel: logging?.oneOf('SystemLogLevel', ['DEBUG', 'INFO', 'WARN']),
      group: logging?.text('LogGroup'),
    }),
  }
}

function vpcOf(context: BuildContext): Pick<LambdaFunction, 'vpc'> {
  const config = context.properties.object('VpcConfig')
  if (!config) return {}
  config.withoutEffect({ Ipv6AllowedForDualStack: 'the network is that of IPv4' })
  const subnets = context.findAll(config, 'SubnetIds', 'subnet')
  const securityGroups = context.findAll(config, 'SecurityGroupIds', 'securityGroup')
  return subnets.length > 0 ? { vpc: { subnets, securityGroups } } : {}
}
