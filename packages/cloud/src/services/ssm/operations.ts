import { z } from 'zod'
import { type Operation, operation, shape } from '../../gateway/api.ts'
import { NotEmulated } from '../../gateway/errors.ts'
import { timestamp } from '../../gateway/time.ts'
import { InvalidNextToken, InvalidParameter, ParameterNotFound, ParameterVersionNotFound } from './errors.ts'
import { LARGEST_PAGE, LARGEST_PATH_PAGE, MOST_NAMES } from './limits.ts'
import type { FoundParameter, ParametersState, StoredParameter } from './state.ts'

const parameterName = z.string().min(1).max(2048)
const names = z.array(parameterName).min(1).max(MOST_NAMES)
const tier = z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']).optional()

/** The table of Parameter Store. @see Systems Manager API Reference, version 2014-11-06 */
export function operations(state: ParametersState): readonly Operation[] {
  const on = (action: string, name: string) => ({ action: `ssm:${action}`, resource: state.arnOf(name) })
  return [
    operation({
      name: 'GetParameter',
      // Strings are never encrypted, so that asking for decryption changes nothing.
      input: shape({ Name: parameterName, WithDecryption: z.boolean().optional() }),
      authorize: ({ Name }) => on('GetParameter', Name),
      run: ({ Name }) => ({ Parameter: describe(state.get(Name)) }),
    }),
    operation({
      name: 'GetParameters',
      input: shape({ Names: names, WithDecryption: z.boolean().optional() }),
      authorize: ({ Names }) => Names.map(name => on('GetParameters', name)),
      run({ Names }) {
        const found = Names.map(name => ({ name, parameter: tryGet(state, name) }))
        return {
          Parameters: found.flatMap(({ parameter }) => (parameter ? [describe(parameter)] : [])),
          InvalidParameters: found.filter(({ parameter }) => !parameter).map(({ name }) => name),
        }
      },
    }),
    operation({
      name: 'GetParametersByPath',
      input: shape({
        Path: z.string().min(1).max(2048),
        Recursive: z.boolean().optional(),
        WithDecryption: z.boolean().optional(),
        MaxResults: z.int().min(1).max(LARGEST_PATH_PAGE).optional(),
        NextToken: z.string().optional(),
      }),
      authorize: ({ Path }) => on('GetParametersByPath', Path),
      run({ Path, Recursive = false, MaxResults = LARGEST_PATH_PAGE, NextToken }) {
        if (!Path.startsWith('/')) {
          throw new InvalidParameter(
            'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
          )
        }
        const below = Path.endsWith('/') ? Path : `${Path}/`
        const inside = (name: string) =>
          name.startsWith(below) && (Recursive || !name.slice(below.length).includes('/'))
        const { page, next } = pageOf(
          state.all.filter(({ name }) => inside(name)),
          MaxResults,
          NextToken,
        )
        return { Parameters: page.map(({ name }) => describe(state.get(name))), NextToken: next }
      },
    }),
    operation({
      name: 'DescribeParameters',
      input: shape({ MaxResults: z.int().min(1).max(LARGEST_PAGE).optional(), NextToken: z.string().optional() }),
      authorize: () => ({ action: 'ssm:DescribeParameters', resource: '*' }),
      run({ MaxResults = LARGEST_PAGE, NextToken }) {
        const { page, next } = pageOf(state.all, MaxResults, NextToken)
        return { Parameters: page.map(describeMetadata), NextToken: next }
      },
    }),
    operation({
      name: 'PutParameter',
      input: shape({
        Name: parameterName,
        Value: z.string(),
        Type: z.enum(['String', 'StringList', 'SecureString']).optional(),
        Description: z.string().max(1024).optional(),
        Overwrite: z.boolean().optional(),
        Tier: tier,
        DataType: z.literal('text').optional(),
      }),
      authorize: ({ Name }) => on('PutParameter', Name),
      run({ Name, Value, Type, Description, Overwrite = false, Tier }) {
        if (Type === 'SecureString') throw new NotEmulated('the parameter type SecureString of PutParameter')
        const put = state.put({
          name: Name,
          value: Value,
          type: Type,
          description: Description,
          overwrite: Overwrite,
          tier: Tier,
        })
        return { Version: put.version, Tier: put.tier }
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
  ]
}

function tryGet(state: ParametersState, name: string): FoundParameter | undefined {
  try {
    return state.get(name)
  } catch (error) {
    if (error instanceof ParameterNotFound || error instanceof ParameterVersionNotFound) return undefined
    throw error
  }
}

const writeToken = (name: string) => Buffer.from(`after ${name}`).toString('base64url')

function pageOf(all: readonly StoredParameter[], most: number, token: string | undefined) {
  const start = token === undefined ? 0 : all.findIndex(({ name }) => writeToken(name) === token) + 1
  if (token !== undefined && start === 0) throw new InvalidNextToken()
  const page = all.slice(start, start + most)
  const last = page.at(-1)
  return { page, next: last && start + page.length < all.length ? writeToken(last.name) : undefined }
}

const describe = (parameter: FoundParameter) => ({
  Name: parameter.name,
  Type: parameter.type,
  Value: parameter.value,
  Version: parameter.version,
  Selector: parameter.selector,
  LastModifiedDate: timestamp(parameter.modified),
  ARN: parameter.arn,
  DataType: 'text',
})

const describeMetadata = ({ name, arn, versions: [newest] }: StoredParameter) => ({
  Name: name,
  ARN: arn,
  Type: newest.type,
  LastModifiedDate: timestamp(newest.modified),
  Description: newest.description,
  Version: newest.version,
  Tier: newest.tier,
  Policies: [],
  DataType: 'text',
})
