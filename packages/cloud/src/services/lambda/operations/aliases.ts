import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import {
  InvalidParameterValueException,
  PreconditionFailedException,
  ResourceConflictException,
  ResourceNotFoundException,
} from '../errors.ts'
import type { Alias, FunctionRecord } from '../function.ts'
import { versionOf } from '../functions.ts'
import { LATEST } from '../names.ts'
import { describeAlias } from './describe.ts'
import type { Lambda } from './lambda.ts'
import {
  aliasName,
  answering,
  description,
  empty,
  functionName,
  on,
  pageMembers,
  pageOf,
  plainName,
  versionNumber,
} from './shapes.ts'

const routing = shape({
  AdditionalVersionWeights: z.record(z.string(), z.number().min(0).max(1)).optional(),
}).optional()
const ROUTE = '/2015-03-31/functions/{FunctionName}/aliases'

/** Names that point to versions. */
export function aliasOperations({ functions }: Lambda): readonly Operation[] {
  const find = (record: FunctionRecord, name: string): Alias => {
    const found = record.aliases.find(each => each.name === name)
    if (found) return found
    const arn = functions.arnOf({ name: record.name, qualifier: name })
    throw new ResourceNotFoundException(`Cannot find alias arn: ${arn}`)
  }
  const put = (record: FunctionRecord, alias: Alias) => {
    check(record, alias)
    const aliases = [...record.aliases.filter(({ name }) => name !== alias.name), alias]
    return describeAlias(functions, functions.replace({ ...record, aliases }), alias)
  }
  return [
    answering(
      201,
      operation({
        name: 'CreateAlias',
        route: `POST ${ROUTE}`,
        input: shape({
          FunctionName: functionName,
          Name: aliasName,
          FunctionVersion: versionNumber,
          Description: description,
          RoutingConfig: routing,
        }),
        authorize: ({ FunctionName }) => on(functions, 'CreateAlias', FunctionName),
        run({ FunctionName, Name, FunctionVersion, Description = '', RoutingConfig }) {
          const record = functions.get(plainName(FunctionName))
          if (record.aliases.some(({ name }) => name === Name)) {
            const arn = functions.arnOf({ name: record.name, qualifier: Name })
            throw new ResourceConflictException(`Alias already exists: ${arn}`)
          }
          return put(record, {
            name: Name,
            description: Description,
            version: FunctionVersion,
            weights: RoutingConfig?.AdditionalVersionWeights ?? {},
            revision: functions.revision(),
          })
        },
      }),
    ),
    operation({
      name: 'UpdateAlias',
      route: `PUT ${ROUTE}/{Name}`,
      input: shape({
        FunctionName: functionName,
        Name: aliasName,
        FunctionVersion: versionNumber.optional(),
        Description: description,
        RoutingConfig: routing,
        RevisionId: z.string().optional(),
      }),
      authorize: ({ FunctionName }) => on(functions, 'UpdateAlias', FunctionName),
      run({ FunctionName, Name, FunctionVersion, Description, RoutingConfig, RevisionId }) {
        const record = functions.get(plainName(FunctionName))
        const old = find(record, Name)
        if (RevisionId !== undefined && RevisionId !== old.revision) throw new PreconditionFailedException()
        return put(record, {
          ...old,
          version: FunctionVersion ?? old.version,
          description: Description ?? old.description,
          weights: RoutingConfig ? (RoutingConfig.AdditionalVersionWeights ?? {}) : old.weights,
          revision: functions.revision(),
        })
      },
    }),
    operation({
      name: 'GetAlias',
      route: `GET ${ROUTE}/{Name}`,
      input: shape({ FunctionName: functionName, Name: aliasName }),
      authorize: ({ FunctionName }) => on(functions, 'GetAlias', FunctionName),
      run({ FunctionName, Name }) {
        const record = functions.get(plainName(FunctionName))
        return describeAlias(functions, record, find(record, Name))
      },
    }),
    operation({
      name: 'ListAliases',
      route: `GET ${ROUTE}`,
      input: shape({ FunctionName: functionName, FunctionVersion: versionNumber.optional(), ...pageMembers }),
      authorize: ({ FunctionName }) => on(functions, 'ListAliases', FunctionName),
      run({ FunctionName, FunctionVersion, Marker, MaxItems }) {
        const record = functions.get(plainName(FunctionName))
        const all = record.aliases.filter(({ version }) => FunctionVersion === undefined || version === FunctionVersion)
        const { items, next } = pageOf(all, Marker, MaxItems)
        return { Aliases: items.map(alias => describeAlias(functions, record, alias)), NextMarker: next }
      },
    }),
    empty(
      operation({
        name: 'DeleteAlias',
        route: `DELETE ${ROUTE}/{Name}`,
        input: shape({ FunctionName: functionName, Name: aliasName }),
        authorize: ({ FunctionName }) => on(functions, 'DeleteAlias', FunctionName),
        run({ FunctionName, Name }) {
          const record = functions.get(plainName(FunctionName))
          functions.replace({ ...record, aliases: record.aliases.filter(({ name }) => name !== Name) })
        },
      }),
    ),
  ]
}

/** @see Lambda Developer Guide, "Implement Lambda canary deployments using a weighted alias" */
function check(record: FunctionRecord, { version, weights }: Alias): void {
  const versions = [version, ...Object.keys(weights)]
  const missing = versions.find(each => !versionOf(record, each))
  if (missing !== undefined) {
    throw new ResourceNotFoundException(`Function not found: ${record.name}:${missing}`)
  }
  if (versions.length === 1) return
  if (versions.length > 2 || versions.includes(LATEST) || versions[0] === versions[1]) {
    const message = 'An alias can point to two published versions at most, which are not the same and not $LATEST.'
    throw new InvalidParameterValueException(message)
  }
}
