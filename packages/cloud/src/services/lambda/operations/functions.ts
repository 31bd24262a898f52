import { type Architecture, nodesOf } from '@terrace/model'
import { z } from 'zod'
import { type Operation, onlyOne, operation, shape } from '../../../gateway/api.ts'
import { requirePassRole } from '../../../identity/pass-role.ts'
import { InvalidParameterValueException, PreconditionFailedException, ResourceNotFoundException } from '../errors.ts'
import type { FunctionRecord, FunctionSettings } from '../function.ts'
import { versionOf } from '../functions.ts'
import { LATEST, readName } from '../names.ts'
import { LAMBDA } from '../roles.ts'
import { describe } from './describe.ts'
import type { Lambda } from './lambda.ts'
import { DEFAULTS, settingMembers, withGiven } from './settings.ts'
import { answering, empty, functionName, functionOnly, on, pageMembers, pageOf, plainName, textMap } from './shapes.ts'

const architectures = z
  .array(z.enum(['x86_64', 'arm64']))
  .length(1)
  .optional()
const zipFile = z.base64()

/** Making, changing, reading and deleting functions. */
export function functionOperations(lambda: Lambda): readonly Operation[] {
  const { functions, codes, roles, world } = lambda
  return [
    answering(
      201,
      operation({
        name: 'CreateFunction',
        route: 'POST /2015-03-31/functions',
        input: shape({
          ...settingMembers,
          FunctionName: functionName,
          Role: z.string(),
          Code: shape({ ZipFile: zipFile }),
          Publish: z.boolean().optional(),
          PackageType: onlyOne('Zip', ['Image'], 'functions from container images'),
          Architectures: architectures,
          Tags: textMap.optional(),
        }),
        authorize: ({ FunctionName, Role, Tags }) => [
          on(functions, 'CreateFunction', FunctionName),
          requirePassRole({ arn: Role }, LAMBDA),
          ...(Tags ? [on(functions, 'TagResource', FunctionName)] : []),
        ],
        run({ FunctionName, Code, Publish = false, Architectures, Tags = {}, PackageType: _, ...given }) {
          const settings = withGiven({ ...DEFAULTS, architecture: Architectures?.[0] ?? DEFAULTS.architecture }, given)
          if (given.Runtime === undefined || settings.handler === '') {
            const message =
              'Runtime and Handler are mandatory parameters for functions created with deployment packages.'
            throw new InvalidParameterValueException(message)
          }
          roles.check(settings.roleArn)
          checkVpc(world.architecture, settings)
          const { name } = plainName(FunctionName)
          const code = codes.fromZip(Buffer.from(Code.ZipFile, 'base64'))
          const record = functions.create(name, settings, code, { tags: Tags })
          return Publish ? published(lambda, record) : describe(functions, record, record.latest)
        },
      }),
    ),
    operation({
      name: 'UpdateFunctionCode',
      route: 'PUT /2015-03-31/functions/{FunctionName}/code',
      input: shape({
        FunctionName: functionName,
        ZipFile: zipFile,
        Publish: z.boolean().optional(),
        DryRun: z.boolean().optional(),
        RevisionId: z.string().optional(),
        Architectures: architectures,
      }),
      authorize: ({ FunctionName }) => on(functions, 'UpdateFunctionCode', FunctionName),
      run({ FunctionName, ZipFile, Publish = false, DryRun = false, RevisionId, Architectures }) {
        const record = functions.get(plainName(FunctionName))
        checkRevision(record, RevisionId)
        const code = codes.fromZip(Buffer.from(ZipFile, 'base64'))
        const { settings } = record.latest
        const changed = { ...settings, architecture: Architectures?.[0] ?? settings.architecture }
        if (DryRun) return describe(functions, record, { ...record.latest, settings: changed, code })
        const updated = functions.update(record, changed, code)
        return Publish ? published(lambda, updated) : describe(functions, updated, updated.latest)
      },
    }),
    operation({
      name: 'UpdateFunctionConfiguration',
      route: 'PUT /2015-03-31/functions/{FunctionName}/configuration',
      input: shape({ ...settingMembers, FunctionName: functionName, RevisionId: z.string().optional() }),
      authorize: ({ FunctionName, Role }) => [
        on(functions, 'UpdateFunctionConfiguration', FunctionName),
        ...(Role === undefined ? [] : [requirePassRole({ arn: Role }, LAMBDA)]),
      ],
      run({ FunctionName, RevisionId, ...given }) {
        const record = functions.get(plainName(FunctionName))
        checkRevision(record, RevisionId)
        const settings = withGiven(record.latest.settings, given)
        if (given.Role !== undefined) roles.check(given.Role)
        checkVpc(world.architecture, settings)
        const updated = functions.update(record, settings, record.latest.code)
        return describe(functions, updated, updated.latest)
      },
    }),
    operation({
      name: 'GetFunction',
      route: 'GET /2015-03-31/functions/{FunctionName}',
      input: functionOnly,
      authorize: ({ FunctionName, Qualifier }) => on(functions, 'GetFunction', FunctionName, Qualifier),
      run({ FunctionName, Qualifier }) {
        const { record, version, qualifier } = functions.resolve(readName(FunctionName, Qualifier))
        const { reservedConcurrency, tags } = record
        return {
          Configuration: describe(functions, record, version, qualifier !== undefined),
          // differs: nobody downloads it from there; the code lies in the state folder
          Code: { RepositoryType: 'S3', Location: `file://${version.code.folder}` },
          Tags: Object.keys(tags).length > 0 ? tags : undefined,
          Concurrency:
            reservedConcurrency === undefined ? undefined : { ReservedConcurrentExecutions: reservedConcurrency },
        }
      },
    }),
    operation({
      name: 'GetFunctionConfiguration',
      route: 'GET /2015-03-31/functions/{FunctionName}/configuration',
      input: functionOnly,
      authorize: ({ FunctionName, Qualifier }) => on(functions, 'GetFunctionConfiguration', FunctionName, Qualifier),
      run({ FunctionName, Qualifier }) {
        const { record, version, qualifier } = functions.resolve(readName(FunctionName, Qualifier))
        return describe(functions, record, version, qualifier !== undefined)
      },
    }),
    operation({
      name: 'ListFunctions',
      route: 'GET /2015-03-31/functions',
      input: shape({ ...pageMembers, FunctionVersion: z.literal('ALL').optional() }),
      authorize: () => ({ action: 'lambda:ListFunctions', resource: '*' }),
      run({ Marker, MaxItems, FunctionVersion }) {
        const all = functions.list().flatMap(record =>
          [record.latest, ...(FunctionVersion === 'ALL' ? record.published : [])].map(version => ({
            record,
            version,
          })),
        )
        const { items, next } = pageOf(all, Marker, MaxItems)
        return {
          Functions: items.map(({ record, version }) =>
            describe(functions, record, version, FunctionVersion === 'ALL'),
          ),
          NextMarker: next,
        }
      },
    }),
    empty(
      operation({
        name: 'DeleteFunction',
        route: 'DELETE /2015-03-31/functions/{FunctionName}',
        input: functionOnly,
        authorize: ({ FunctionName, Qualifier }) => on(functions, 'DeleteFunction', FunctionName, Qualifier),
        run({ FunctionName, Qualifier }) {
          const name = readName(FunctionName, Qualifier)
          const record = functions.get(name)
          const { qualifier } = name
          if (qualifier === undefined) return functions.delete(record)
          if (qualifier === LATEST) {
            throw new InvalidParameterValueException('$LATEST version cannot be deleted without deleting the function.')
          }
          if (!versionOf(record, qualifier)) {
            throw new ResourceNotFoundException(`Function not found: ${functions.arnOf(name)}`)
          }
          functions.deleteVersion(record, qualifier)
        },
      }),
    ),
    operation({
      name: 'PublishVersion',
      route: 'POST /2015-03-31/functions/{FunctionName}/versions',
      input: shape({
        FunctionName: functionName,
        CodeSha256: z.string().optional(),
        Description: z.string().max(256).optional(),
        RevisionId: z.string().optional(),
      }),
      authorize: ({ FunctionName }) => on(functions, 'PublishVersion', FunctionName),
      run({ FunctionName, CodeSha256, Description, RevisionId }) {
        const record = functions.get(plainName(FunctionName))
        checkRevision(record, RevisionId)
        const { sha256 } = record.latest.code
        if (CodeSha256 !== undefined && CodeSha256 !== sha256) {
          const message = `CodeSHA256 (${CodeSha256}) is different from current CodeSHA256 in $LATEST (${sha256}). Please try again with the CodeSHA256 in $LATEST.`
          throw new InvalidParameterValueException(message)
        }
        return published(lambda, record, Description)
      },
    }),
    operation({
      name: 'ListVersionsByFunction',
      route: 'GET /2015-03-31/functions/{FunctionName}/versions',
      input: shape({ FunctionName: functionName, ...pageMembers }),
      authorize: ({ FunctionName }) => on(functions, 'ListVersionsByFunction', FunctionName),
      run({ FunctionName, Marker, MaxItems }) {
        const record = functions.get(plainName(FunctionName))
        const { items, next } = pageOf([record.latest, ...record.published], Marker, MaxItems)
        return { Versions: items.map(version => describe(functions, record, version, true)), NextMarker: next }
      },
    }),
    operation({
      name: 'ListTags',
      route: 'GET /2017-03-31/tags/{Resource+}',
      input: shape({ Resource: z.string() }),
      authorize: ({ Resource }) => on(functions, 'ListTags', Resource),
      run: ({ Resource }) => ({ Tags: functions.get(readName(Resource)).tags }),
    }),
    empty(
      operation({
        name: 'TagResource',
        route: 'POST /2017-03-31/tags/{Resource+}',
        input: shape({ Resource: z.string(), Tags: textMap }),
        authorize: ({ Resource }) => on(functions, 'TagResource', Resource),
        run({ Resource, Tags }) {
          const record = functions.get(readName(Resource))
          functions.replace({ ...record, tags: { ...record.tags, ...Tags } })
        },
      }),
    ),
    empty(
      operation({
        name: 'UntagResource',
        route: 'DELETE /2017-03-31/tags/{Resource+}',
        input: shape({ Resource: z.string(), tagKeys: z.union([z.array(z.string()), z.string()]) }),
        authorize: ({ Resource }) => on(functions, 'UntagResource', Resource),
        run({ Resource, tagKeys }) {
          const record = functions.get(readName(Resource))
          const gone = [tagKeys].flat()
          const tags = Object.fromEntries(Object.entries(record.tags).filter(([key]) => !gone.includes(key)))
          functions.replace({ ...record, tags })
        },
      }),
    ),
  ]
}

/** A new version, as the answer has it. */
function published({ functions }: Lambda, record: FunctionRecord, description?: string) {
  const version = functions.publish(record, description)
  return describe(functions, functions.get(record), version, true)
}

function checkRevision({ latest }: FunctionRecord, revision: string | undefined): void {
  if (revision !== undefined && revision !== latest.revision) throw new PreconditionFailedException()
}

/** @throws InvalidParameterValueException when there is no such subnet or group */
function checkVpc(architecture: Architecture, { vpc }: FunctionSettings): void {
  if (!vpc) return
  const kinds = [
    ['subnet', vpc.subnetIds, 'subnet'],
    ['securityGroup', vpc.securityGroupIds, 'security group'],
  ] as const
  for (const [kind, ids, words] of kinds) {
    const known = nodesOf(architecture, kind).map(({ physicalId }) => physicalId)
    const missing = ids.find(id => !known.includes(id))
    if (missing === undefined) continue
    throw new InvalidParameterValueException(
      `Error occurred while DescribeVpc: the ${words} '${missing}' does not exist`,
    )
  }
}
