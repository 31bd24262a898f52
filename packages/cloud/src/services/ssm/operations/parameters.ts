import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { callerArn } from '../caller-arn.ts'
import { InvalidParameter, ParameterNotFound, ParameterVersionNotFound } from '../errors.ts'
import { LARGEST_PAGE, LARGEST_PATH_PAGE, MOST_NAMES } from '../limits.ts'
import { DEFAULT_KEY } from '../parameters/encryption.ts'
import { checkFilters, isBelow, passesDescribe, versionByPath } from '../parameters/filters.ts'
import type { FoundParameter, ParameterVersion, StoredParameter } from '../parameters/parameter.ts'
import type { SecureParameters } from '../parameters/secure.ts'
import { pageOf } from './page.ts'
import { tagList, tagsOf } from './tags.ts'

const parameterName = z.string().min(1).max(2048)
const names = z.array(parameterName).min(1).max(MOST_NAMES)
const tier = z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']).optional()
const maxResults = (most: number) => z.int().min(1).max(most).optional()
const token = z.string().optional()
const decryption = z.boolean().optional()
const labels = z.array(z.string().min(1)).min(1).max(10)
const filters = z
  .array(
    shape({
      Key: z.string().min(1).max(132),
      Option: z.string().optional(),
      Values: z.array(z.string().min(1).max(1024)).max(50).optional(),
    }),
  )
  .optional()

/** The operations of Parameter Store. @see Systems Manager API Reference, version 2014-11-06 */
export function parameterOperations(parameters: SecureParameters): readonly Operation[] {
  const { state } = parameters
  const on = (action: string, name: string) => ({
    action: `ssm:${action}`,
    resource: state.find(name)?.arn ?? state.arnOf(name),
    context: Object.fromEntries(
      Object.entries(state.find(name)?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
    ),
  })
  return [
    operation({
      name: 'GetParameter',
      input: shape({ Name: parameterName, WithDecryption: decryption }),
      authorize: ({ Name }) => on('GetParameter', Name),
      async run({ Name, WithDecryption = false }, call) {
        const found = state.get(Name)
        return { Parameter: describe(WithDecryption ? await parameters.open(found, call) : found) }
      },
    }),
    operation({
      name: 'GetParameters',
      input: shape({ Names: names, WithDecryption: decryption }),
      authorize: ({ Names }) => Names.map(name => on('GetParameters', name)),
      async run({ Names, WithDecryption = false }, call) {
        const found = Names.map(name => ({ name, parameter: orMissing(() => state.get(name)) }))
        const known = found.flatMap(({ parameter }) => (parameter ? [parameter] : []))
        const opened = await Promise.all(known.map(each => (WithDecryption ? parameters.open(each, call) : each)))
        return {
          Parameters: opened.map(describe),
          InvalidParameters: found.filter(({ parameter }) => !parameter).map(({ name }) => name),
        }
      },
    }),
    operation({
      name: 'GetParametersByPath',
      input: shape({
        Path: z.string().min(1).max(2048),
        Recursive: z.boolean().optional(),
        ParameterFilters: filters,
        WithDecryption: decryption,
        MaxResults: maxResults(LARGEST_PATH_PAGE),
        NextToken: token,
      }),
      authorize: ({ Path, Recursive = false }) => ({
        ...on('GetParametersByPath', Path),
        context: { 'ssm:Recursive': String(Recursive) },
      }),
      async run(input, call) {
        const { Path, Recursive = false, WithDecryption = false, MaxResults = LARGEST_PATH_PAGE } = input
        const { ParameterFilters = [], NextToken } = input
        if (!Path.startsWith('/')) {
          throw new InvalidParameter(
            'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
          )
        }
        checkFilters(ParameterFilters, 'path')
        const inside = state.all
          .filter(({ name }) => isBelow(name, Path, Recursive))
          .flatMap(({ name, arn, ...stored }): FoundParameter[] => {
            const version = versionByPath(ParameterFilters, { name, arn, ...stored })
            return version ? [{ ...version, name, arn }] : []
          })
        const { page, next } = pageOf(inside, ({ name }) => name, MaxResults, NextToken)
        const opened = await Promise.all(page.map(each => (WithDecryption ? parameters.open(each, call) : each)))
        return { Parameters: opened.map(describe), NextToken: next }
      },
    }),
    operation({
      name: 'GetParameterHistory',
      input: shape({
        Name: parameterName,
        WithDecryption: decryption,
        MaxResults: maxResults(LARGEST_PAGE),
        NextToken: token,
      }),
      authorize: ({ Name }) => on('GetParameterHistory', Name),
      async run({ Name, WithDecryption = false, MaxResults = LARGEST_PAGE, NextToken }, call) {
        const stored = state.require(Name)
        const oldestFirst = stored.versions.toReversed()
        const { page, next } = pageOf(oldestFirst, ({ version }) => String(version), MaxResults, NextToken)
        const opened = await Promise.all(
          page.map(version => {
            const whole = { ...version, arn: stored.arn }
            return WithDecryption ? parameters.open(whole, call) : whole
          }),
        )
        const entries = opened.map(version => ({
          ...metadata(stored, version),
          ARN: undefined,
          Value: version.value,
          Labels: version.labels ?? [],
        }))
        return { Parameters: entries, NextToken: next }
      },
    }),
    operation({
      name: 'DescribeParameters',
      input: shape({
        // The older form of filters: the keys Name, Type and KeyId, compared with "equals".
        Filters: z
          .array(shape({ Key: z.enum(['Name', 'Type', 'KeyId']), Values: z.array(z.string().min(1)).min(1).max(50) }))
          .optional(),
        ParameterFilters: filters,
        MaxResults: maxResults(LARGEST_PAGE),
        NextToken: token,
      }),
      authorize: () => ({ action: 'ssm:DescribeParameters', resource: '*' }),
      run({ Filters = [], ParameterFilters = [], MaxResults = LARGEST_PAGE, NextToken }) {
        const wanted = [...Filters, ...ParameterFilters]
        checkFilters(wanted, 'describe')
        const found = state.all.filter(passesDescribe(wanted))
        const { page, next } = pageOf(found, ({ name }) => name, MaxResults, NextToken)
        return { Parameters: page.map(each => metadata(each, each.versions[0])), NextToken: next }
      },
    }),
    operation({
      name: 'PutParameter',
      input: shape({
        Name: parameterName,
        Value: z.string(),
        Type: z.enum(['String', 'StringList', 'SecureString']).optional(),
        KeyId: z.string().min(1).max(256).optional(),
        Description: z.string().max(1024).optional(),
        AllowedPattern: z.string().max(1024).optional(),
        Overwrite: z.boolean().optional(),
        Tier: tier,
        DataType: z.enum(['text', 'aws:ec2:image']).optional(),
        Tags: tagList.optional(),
      }),
      authorize: ({ Name, Overwrite = false, Tags = [] }) => ({
        ...on('PutParameter', Name),
        context: {
          ...on('PutParameter', Name).context,
          'ssm:Overwrite': String(Overwrite),
          ...Object.fromEntries(Tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
        },
      }),
      async run(
        { Name, Value, Type, KeyId, Description, AllowedPattern, Overwrite = false, Tier, DataType, Tags },
        call,
      ) {
        if (KeyId !== undefined && (Type ?? state.find(Name)?.versions[0].type) !== 'SecureString') {
          throw new InvalidParameter('KeyId is required for SecureString type parameter only.')
        }
        const put = await parameters.put(
          {
            name: Name,
            value: Value,
            type: Type,
            keyId: KeyId,
            description: Description,
            allowedPattern: AllowedPattern === '' ? undefined : AllowedPattern,
            overwrite: Overwrite,
            tier: Tier,
            dataType: DataType,
            tags: Tags === undefined ? undefined : tagsOf(Tags),
            user: callerArn(call.principal),
          },
          call,
        )
        return { Version: put.version, Tier: put.tier }
      },
    }),
    operation({
      name: 'LabelParameterVersion',
      input: shape({ Name: parameterName, ParameterVersion: z.int().min(1).optional(), Labels: labels }),
      authorize: ({ Name }) => on('LabelParameterVersion', Name),
      run({ Name, ParameterVersion, Labels }) {
        const { invalid, version } = state.label(Name, ParameterVersion, Labels)
        return { InvalidLabels: invalid, ParameterVersion: version }
      },
    }),
    operation({
      name: 'UnlabelParameterVersion',
      input: shape({ Name: parameterName, ParameterVersion: z.int().min(1), Labels: labels }),
      authorize: ({ Name }) => on('UnlabelParameterVersion', Name),
      run({ Name, ParameterVersion, Labels }) {
        const { done, invalid } = state.unlabel(Name, ParameterVersion, Labels)
        return { RemovedLabels: done, InvalidLabels: invalid }
      },
    }),
    operation({
      name: 'DeleteParameter',
      input: shape({ Name: parameterName }),
      authorize: ({ Name }) => on('DeleteParameter', Name),
      run({ Name }) {
        state.delete(Name)
        return {}
      },
    }),
    operation({
      name: 'DeleteParameters',
      input: shape({ Names: names }),
      authorize: ({ Names }) => Names.map(name => on('DeleteParameters', name)),
      run({ Names }) {
        const known = Names.filter(name => state.find(name) !== undefined)
        for (const name of known) state.delete(name)
        return { DeletedParameters: known, InvalidParameters: Names.filter(name => !known.includes(name)) }
      },
    }),
  ]
}

function orMissing(get: () => FoundParameter): FoundParameter | undefined {
  try {
    return get()
  } catch (error) {
    if (error instanceof ParameterNotFound || error instanceof ParameterVersionNotFound) return undefined
    throw error
  }
}

const describe = (parameter: FoundParameter) => ({
  Name: parameter.name,
  Type: parameter.type,
  Value: parameter.value,
  Version: parameter.version,
  Selector: parameter.selector,
  LastModifiedDate: timestamp(parameter.modified),
  ARN: parameter.arn,
  DataType: parameter.dataType ?? 'text',
})

const metadata = ({ name, arn }: StoredParameter, version: ParameterVersion) => ({
  Name: name,
  ARN: arn,
  Type: version.type,
  KeyId: version.type === 'SecureString' ? (version.keyId ?? DEFAULT_KEY) : undefined,
  LastModifiedDate: timestamp(version.modified),
  LastModifiedUser: version.user,
  Description: version.description,
  AllowedPattern: version.allowedPattern,
  Version: version.version,
  Tier: version.tier,
  Policies: [],
  DataType: version.dataType ?? 'text',
})
